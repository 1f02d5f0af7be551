"""The library of the fake API: tracks in memory, and jobs that do some files each time they are asked about."""

import json
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from app.contract import (
    Contract,
    Correction,
    CorrectionRequest,
    Genres,
    Job,
    JobPage,
    JobRequest,
    Library,
    Problem,
    SimilarRequest,
    SimilarTrack,
    SimilarTracks,
    Track,
    TrackFilters,
    TrackPage,
    TrackProblem,
    TrackQuery,
)

GENRES: Final = ["blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock"]
#: Files of the standard library of tests.
N_TRACKS: Final = 60
#: Jobs have as many files, and do so many each time that they are asked about.
N_FILES, N_AT_ONCE = 40, 4
#: Forgets what was done to it.
RESET: Final = "/reset"
#: A folder of this name is refused.
MISSING: Final = "missing"
#: Jobs of a folder of this name never get on by themselves.
SLOW: Final = "slow"

_ARTISTS: Final = ("Clara Holm", "The Northern Line", "Moss & Fern", "Oda", "Trio Kalina", "Basement Tapes")
_NOUNS: Final = ("River", "Window", "Harbour", "Lantern", "Winter", "Signal", "Orchard", "Mirror", "Engine", "Avenue")
_WORDS: Final = ("Slow", "Last", "Golden", "Paper", "Second", "Quiet", "Broken", "Electric")


def make_track(number: int, **changes: Any) -> Track:
    """A track that is always the same for the same number, from 1; the largest is the newest."""
    label = GENRES[number * 7 % 10]
    confidence = (number * 37 % 100) / 100
    decision = "confident" if confidence >= 0.5 else "unsure" if confidence >= 0.1 else "not_music"
    is_conflict = decision == "confident" and number % 5 == 0
    title = f"{_WORDS[number % 8]} {_NOUNS[number * 3 % 10]} {number}"
    values: dict[str, Any] = {
        "id": number,
        "path": f"/music/{_ARTISTS[number % 6]}/{title}.flac",
        "file_name": f"{title}.flac",
        "title": title if number % 9 else None,
        "artist": _ARTISTS[number % 6],
        "genre_tag": (GENRES[(number * 7 + 1) % 10] if is_conflict else label).title() if number % 3 else None,
        "label": label,
        "confidence": confidence,
        "decision": decision,
        "duration_s": 120.0 + number * 13 % 300,
        "model_id": "gtzan",
        "analysed_at": f"2026-{1 + number // 2400 % 12:02}-{1 + number // 100 % 24:02}"
        f"T{number // 60 % 24:02}:{number % 60:02}:00+00:00",
        "is_conflict": is_conflict,
    }
    if number % 20 == 13:
        nothing = dict.fromkeys(("label", "confidence", "decision", "duration_s", "title", "artist", "genre_tag"))
        detail = f"“{title}.flac” could not be read as audio: it is damaged, or no audio at all."
        values |= nothing | {"is_conflict": False, "error": TrackProblem(code="audio_undecodable", detail=detail)}
    return Track(**(values | changes))


class FakeLibrary:
    """What the API knows of tracks and jobs."""

    def __init__(self, n_tracks: int = N_TRACKS) -> None:
        self._n_tracks = n_tracks
        self.tracks = {number: make_track(number) for number in range(1, n_tracks + 1)}
        self.jobs: dict[int, Job] = {}
        self.n_lists = 0

    def get(self, path: str, query: str) -> Contract | bytes | None:
        """The answer to a question; ``None`` where it is not for the library."""
        values = dict(parse_qsl(query))
        if path == "/api/library":
            n_corrections = sum(track.corrected_label is not None for track in self.tracks.values())
            return Library(
                path="l", is_available=True, n_tracks=len(self.tracks), n_corrections=n_corrections, note=None
            )
        if path == "/api/genres":
            return Genres(model_id="gtzan", genres=GENRES)
        if path == "/api/tracks":
            return self._list_tracks(TrackQuery.model_validate(values))
        if path == "/api/tracks/export":
            return self._export(values.pop("format"), TrackFilters.model_validate(values))
        if path == "/api/corrections/export":
            corrected = [track for track in self.tracks.values() if track.corrected_label is not None]
            return json.dumps([Correction(track=track, embedding=[0.5]).model_dump() for track in corrected]).encode()
        if path == "/api/jobs":
            jobs = [self._work_on(job) for job in list(self.jobs.values())[::-1]]
            return JobPage(items=jobs, total=len(jobs), limit=100, offset=0)
        if path.startswith("/api/jobs/"):
            return self._work_on(self.jobs[int(path.rpartition("/")[2])])
        return None

    def post(self, path: str, body: bytes) -> Contract | None:
        """The answer to a wish; ``None`` where it is not for the library."""
        if path == RESET:
            self.__init__(self._n_tracks)  # type: ignore[misc]
            return Library(path="", is_available=True, n_tracks=0, n_corrections=0, note=None)
        if path == "/api/corrections":
            wanted = CorrectionRequest.model_validate_json(body)
            return self._change(wanted.track_id, corrected_label=wanted.label)
        if path == "/api/similar":
            return self._find_similar(SimilarRequest.model_validate_json(body))
        if path == "/api/jobs":
            return self._start_job(JobRequest.model_validate_json(body))
        if path.startswith("/api/jobs/"):
            _, _, _, number, verb = path.split("/")
            return self._change_job(int(number), verb)
        return None

    def remove(self, track_id: int) -> Contract | bytes:
        return b"" if self.tracks.pop(track_id, None) else refuse(404, "track_not_found", "There is no such track.")

    def _find(self, filters: TrackFilters) -> list[Track]:
        found = [track for track in self.tracks.values() if _fits(track, filters)]
        found.sort(key=lambda track: track.id, reverse=filters.descending)
        known = [track for track in found if getattr(track, filters.sort) is not None]
        known.sort(key=lambda track: getattr(track, filters.sort), reverse=filters.descending)
        return known + [track for track in found if getattr(track, filters.sort) is None]

    def _list_tracks(self, query: TrackQuery) -> Contract:
        self.n_lists += 1
        if query.text == "fail":
            return refuse(500, "library_unusable", "The library cannot be used: the disk is full.")
        found = self._find(query)
        items = found[query.offset : query.offset + query.limit]
        return TrackPage(items=items, total=len(found), limit=query.limit, offset=query.offset)

    def _export(self, format: str, filters: TrackFilters) -> bytes:
        tracks = self._find(filters)
        if format == "json":
            return json.dumps([track.model_dump() for track in tracks]).encode()
        if format == "csv":
            return "\n".join(["path,label", *(f"{track.path},{track.label}" for track in tracks)]).encode()
        return "\n".join(["#EXTM3U", *(f"#EXTINF:1,{track.title}\n{track.path}" for track in tracks)]).encode()

    def _find_similar(self, wanted: SimilarRequest) -> Contract:
        others = [track for track in self.tracks.values() if track.error is None and track.id != wanted.track_id]
        near = sorted(others, key=lambda track: abs(track.id - wanted.track_id))[: wanted.limit]
        items = [SimilarTrack(track=track, similarity=0.97 - 0.02 * index) for index, track in enumerate(near)]
        return SimilarTracks(items=items)

    def _change(self, track_id: int, **changes: Any) -> Contract:
        self.tracks[track_id] = self.tracks[track_id].model_copy(update=changes)
        return self.tracks[track_id]

    def _start_job(self, wanted: JobRequest) -> Contract:
        if wanted.paths[0].endswith(MISSING):
            return refuse(404, "audio_not_found", f"There is no folder “{MISSING}”.")
        job_id = len(self.jobs) + 1
        self.jobs[job_id] = make_job(job_id, wanted.paths)
        return self.jobs[job_id]

    def _work_on(self, job: Job) -> Job:
        if job.state == "running" and not job.paths[0].endswith(SLOW):
            n_done = min(job.n_done + N_AT_ONCE, N_FILES)
            eta_s = 2.5 * (N_FILES - n_done)
            changes = {"n_total": N_FILES, "n_done": n_done, "eta_s": eta_s, "is_counting": False}
            if n_done == N_FILES:
                changes |= {"state": "done", "n_failed": 3, "eta_s": None, "current_file": None}
            self._add_track()
            self.jobs[job.id] = job.model_copy(update=changes)
        return self.jobs[job.id]

    def _add_track(self) -> None:
        number = max(self.tracks, default=0) + 1
        self.tracks[number] = make_track(number)

    def _change_job(self, job_id: int, verb: str) -> Contract:
        changes: dict[str, dict[str, Any]] = {
            "pause": {"state": "paused", "eta_s": None},
            "resume": {"state": "running"},
            "cancel": {"state": "cancelled", "eta_s": None, "current_file": None},
            "retry": {"state": "running", "n_done": N_FILES - 12, "n_failed": 0},
        }
        self.jobs[job_id] = self.jobs[job_id].model_copy(update=changes[verb])
        return self.jobs[job_id]


def make_job(job_id: int, paths: Sequence[str], **changes: Any) -> Job:
    values: dict[str, Any] = {
        "id": job_id,
        "state": "running",
        "paths": list(paths),
        "recursive": True,
        "is_counting": True,
        "n_total": 0,
        "n_done": 0,
        "n_failed": 0,
        "n_unchanged": 0,
        "eta_s": None,
        "created_at": "2026-01-31T20:15:00+00:00",
        "finished_at": None,
        "current_file": "Slow River.flac",
        "note": None,
    }
    return Job(**(values | changes))


def _fits(track: Track, filters: TrackFilters) -> bool:
    text = " ".join(filter(None, (track.path, track.title, track.artist))).casefold()
    confidence = track.confidence
    return (
        (filters.text is None or filters.text.casefold() in text)
        and (filters.label is None or track.label == filters.label)
        and (filters.decision is None or track.decision == filters.decision)
        and (filters.min_confidence is None or (confidence is not None and confidence >= filters.min_confidence))
        and (filters.max_confidence is None or (confidence is not None and confidence <= filters.max_confidence))
        and (filters.is_conflict is None or track.is_conflict == filters.is_conflict)
        and (filters.is_failed is None or (track.error is not None) == filters.is_failed)
        and (filters.is_corrected is None or (track.corrected_label is not None) == filters.is_corrected)
    )


def refuse(status: int, code: str, detail: str) -> Problem:
    return Problem(title=code, status=status, code=code, detail=detail)
