"""The JSON that the API speaks: the only thing that both sides of HTTP share.

The window, the command line's ``--json`` and any other client rely on these names. They may grow; they do not
change their meaning.
"""

from app.contract.base import Contract, Problem
from app.contract.information import Genres, Health, Metrics, ProjectIndex
from app.contract.launcher import LauncherMessage
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
    "ConfusionMatrix",
    "Contract",
    "DatasetDescription",
    "Decision",
    "GenreScore",
    "Genres",
    "Health",
    "History",
    "LauncherMessage",
    "Metrics",
    "ModelDetails",
    "ModelList",
    "ModelState",
    "ModelSummary",
    "PredictPathRequest",
    "PredictSpecRequest",
    "Prediction",
    "Problem",
    "ProjectIndex",
    "Reliability",
    "SegmentResult",
    "Timings",
    "TrackMetadata",
]
