"""A view, jobs and an API without Tk, threads or HTTP."""

from collections.abc import Callable
from typing import Any

from app.contract import Health, Metrics, ModelList, Prediction, SegmentResult, Timings, TrackMetadata
from app.gui.connection import ApiFollower, Status
from app.gui.pages.identify.view import MessageText, TrackRow
from app.gui.widgets.result_text import ResultText


def make_prediction(label: str | None = "rock", confidence: float = 0.87, **changes: Any) -> Prediction:
    genres = {"rock": 0.0, "metal": 0.6, "blues": 0.3, "jazz": 0.1}
    known = label or "rock"
    rest = {genre: share * (1 - confidence) for genre, share in genres.items() if genre != known}
    values: dict[str, Any] = {
        "label": label,
        "confidence": confidence,
        "decision": "confident",
        "reason": "rock reaches 87% over the whole track.",
        "probabilities": {known: confidence} | rest,
        "segments": [
            SegmentResult(start_s=0, end_s=10, label="rock", confidence=0.9, probabilities={"rock": 0.9}),
            SegmentResult(start_s=12, end_s=20, label="metal", confidence=0.6, probabilities={"metal": 0.6}),
        ],
        "waveform_peaks": [0.1, 0.5, 1.0, 0.2],
        "metadata": TrackMetadata(file_name="a.mp3", duration_s=20.0),
        "warnings": [],
        "timings": Timings(decode_ms=1, total_ms=2),
        "model_id": "gtzan",
    }
    return Prediction(**(values | changes))


class FakeView:
    """Identify's page: remembers what it was told last."""

    def __init__(self) -> None:
        self.facts: list[tuple[str, str]] = []
        self.rows: dict[str, TrackRow] = {}
        self.selected: str | None = None
        self.progress: str | None = None
        self.page: MessageText | ResultText | str | None = None
        self.pages: list[MessageText | ResultText | str] = []

    def show_model(self, facts: list[tuple[str, str]]) -> None:
        self.facts = facts

    def show_track(self, row: TrackRow) -> None:
        self.rows[row.track_id] = row

    def select_track(self, track_id: str) -> None:
        self.selected = track_id

    def remove_track(self, track_id: str) -> None:
        del self.rows[track_id]

    def remove_tracks(self) -> None:
        self.rows.clear()

    def show_progress(self, text: str | None) -> None:
        self.progress = text

    def show_empty(self) -> None:
        self._show("empty")

    def show_message(self, message: MessageText) -> None:
        self._show(message)

    def show_result(self, result: ResultText) -> None:
        self._show(result)

    def _show(self, page: MessageText | ResultText | str) -> None:
        self.page = page
        self.pages.append(page)


class StatusRecorder(ApiFollower):
    """Remembers what it was told of the API."""

    def __init__(self) -> None:
        self.status: Status | None = None
        self.n_ready = 0
        self.model_ids: list[str | None] = []

    def on_api_status(self, status: Status) -> None:
        self.status = status

    def on_api_ready(self) -> None:
        self.n_ready += 1

    def on_api_model(self, metrics: Metrics, health: Health) -> None:
        self.model_ids.append(health.model_id)


class ManualJobs:
    """Jobs that run when a test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []
        self.later: list[Callable[[], None]] = []

    def submit(
        self, work: Callable[[], Any], on_done: Callable[[Any], None], on_error: Callable[[Exception], None]
    ) -> None:
        def run() -> None:
            try:
                result = work()
            except Exception as error:
                on_error(error)
            else:
                on_done(result)

        self.waiting.append(run)

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> None:
        self.later.append(callback)

    def run_one(self) -> None:
        self.waiting.pop(0)()

    def run_all(self) -> None:
        """Everything that is due, and what comes of it; not what was put off."""
        while self.waiting:
            self.run_one()

    def run_later(self) -> None:
        """What was put off, once, and what comes of it."""
        due, self.later = self.later, []
        for callback in due:
            callback()
        self.run_all()


class FakeClient:
    """An API whose answers a test decides."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.health_answers: list[Health | Exception] = []
        self.answers: dict[str, Prediction | Exception] = {}
        self.asked: list[str] = []
        self.models: ModelList | Exception = ModelList(models=[])

    def health(self) -> Health:
        ready = Health(ready=True, version="1", model_id="gtzan", device="cpu")
        return _give(self.health_answers.pop(0) if self.health_answers else ready)

    def metrics(self) -> Metrics:
        return Metrics(model_exists=True, model_path="m", val_acc=0.665, val_loss=1.093, epoch=200, ready=True)

    def list_models(self) -> ModelList:
        if isinstance(self.models, Exception):
            raise self.models
        return self.models

    def predict_path(self, path: str) -> Prediction:
        self.asked.append(path)
        name = path.replace("\\", "/").rpartition("/")[2]
        return _give(self.answers.get(name, make_prediction()))


def _give(answer: Any) -> Any:
    if isinstance(answer, Exception):
        raise answer
    return answer
