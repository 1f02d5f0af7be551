"""The JSON that the API speaks: the only thing that both sides of HTTP share.

The window, the command line's ``--json`` and any other client rely on these names. They may grow; they do not
change their meaning.
"""

from app.contract.base import Contract, Problem
from app.contract.information import Genres, Health, Metrics, ProjectIndex
from app.contract.jobs import BatchRequest, BatchResult, Job, JobPage, JobRequest, JobState
from app.contract.launcher import LauncherMessage
from app.contract.library import (
    Correction,
    CorrectionPage,
    CorrectionRequest,
    Library,
    Paging,
    SimilarRequest,
    SimilarTrack,
    SimilarTracks,
    Track,
    TrackDetails,
    TrackExport,
    TrackFilters,
    TrackPage,
    TrackProblem,
    TrackQuery,
    TrackSort,
)
from app.contract.models import (
    AddModelRequest,
    ConfusionMatrix,
    DatasetDescription,
    GenreScore,
    History,
    ModelDetails,
    ModelList,
    ModelState,
    ModelSummary,
    Reliability,
)
from app.contract.prediction import (
    Decision,
    Prediction,
    PredictPathRequest,
    PredictSpecRequest,
    SegmentResult,
    Timings,
    TrackMetadata,
)

__all__ = [
    "AddModelRequest",
    "BatchRequest",
    "BatchResult",
    "ConfusionMatrix",
    "Contract",
    "Correction",
    "CorrectionPage",
    "CorrectionRequest",
    "DatasetDescription",
    "Decision",
    "GenreScore",
    "Genres",
    "Health",
    "History",
    "Job",
    "JobPage",
    "JobRequest",
    "JobState",
    "LauncherMessage",
    "Library",
    "Metrics",
    "ModelDetails",
    "ModelList",
    "ModelState",
    "ModelSummary",
    "Paging",
    "PredictPathRequest",
    "PredictSpecRequest",
    "Prediction",
    "Problem",
    "ProjectIndex",
    "Reliability",
    "SegmentResult",
    "SimilarRequest",
    "SimilarTrack",
    "SimilarTracks",
    "Timings",
    "Track",
    "TrackDetails",
    "TrackExport",
    "TrackFilters",
    "TrackMetadata",
    "TrackPage",
    "TrackProblem",
    "TrackQuery",
    "TrackSort",
]
