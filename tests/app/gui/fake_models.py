"""The models of the fake API: two that came with the program, one of the user's own, and one that is damaged."""

import math
from typing import Final

from app.contract import (
    ConfusionMatrix,
    Contract,
    DatasetDescription,
    GenreScore,
    History,
    ModelDetails,
    ModelList,
    ModelSummary,
    Problem,
    Reliability,
)

GENRES: Final = ["blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock"]
#: Being loaded for as long as the list has been asked for less often.
N_LISTS_WHILE_LOADING: Final = 6
#: Files of these names are refused, and models of these names are never loaded.
BAD_NAME: Final = "bad"
ENDLESS_NAME: Final = "endless"

CARD: Final = """# gtzan: ten genres from the sound alone

| | |
|---|---|
| genres | blues, classical, country, disco, hiphop, jazz, metal, pop, reggae, rock |
| architecture | `genre_resnet`: a residual network of 0.45 million parameters over 10-second log-mel segments |
| training | on `train` only, from scratch, seed 0, 350 epochs |

## How good it is

`genrescope evaluate --split val`, one seed:

| genre | precision | recall | tracks |
|---|---|---|---|
| blues | 83 % | 65 % | 23 |
| classical | 91 % | 100 % | 20 |
| country | 57 % | 35 % | 23 |

**Not music.** Speech and noise are *mostly* caught:

- speech, 22 clips
- synthesized noises and hums
  1. white
  2. pink

> An answer outside of `confident` is a guess.

## What it must not be used for

Its recordings are from before 2002, in ten broad Western genres. Do not decide about people by it.
"""


def summary(model_id: str, **changes: object) -> ModelSummary:
    values: dict[str, object] = {
        "id": model_id,
        "title": model_id,
        "genres": GENRES,
        "architecture": "genre_resnet",
        "epoch": 350,
        "val_acc": 0.68,
        "val_loss": 1.042,
        "temperature": 0.785,
        "min_confidence": 0.717,
        "dataset": DatasetDescription(name="gtzan", n_train=442, n_val=197),
        "created": "2026-01-31",
        "size_bytes": 2_395_253,
        "is_shipped": True,
        "state": "available",
    }
    return ModelSummary(**(values | changes))


def damaged(model_id: str) -> ModelSummary:
    return ModelSummary(
        id=model_id,
        title=model_id,
        genres=[],
        dataset=DatasetDescription(),
        size_bytes=1_000,
        is_shipped=False,
        state="failed",
        error="“best_model.pt” is not a checkpoint that can be read safely.",
    )


def details_of(model: ModelSummary) -> ModelDetails:
    """The user's own model tells little: neither reliability nor a card."""
    tells_all = model.is_shipped
    scores = [
        GenreScore(genre=genre, precision=0.9 - index / 20, recall=0.5 + index / 25, f1=0.7, support=20)
        for index, genre in enumerate(model.genres)
    ]
    bins = [0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95]
    reliability = Reliability(
        confidence=bins, accuracy=[0.3, 0.3, 0.5, 0.5, 0.7, 0.7, 0.9, 0.97], n_tracks=[5, 12, 20, 24, 30, 31, 35, 40]
    )
    return ModelDetails(
        **model.model_dump(),
        genre_scores=scores if tells_all else [],
        reliability=reliability if tells_all else Reliability(),
        card=CARD if tells_all else None,
    )


def history_of(model: ModelSummary) -> History:
    epochs = list(range(10, 351, 10))
    fall = [math.exp(-epoch / 80) for epoch in epochs]
    curves: dict[str, list[float | None]] = {
        "train_loss": [1.25 + 0.9 * share for share in fall],
        "val_loss": [None, *(1.05 + 1.2 * share for share in fall[1:])],
        "val_acc": [0.69 - 0.55 * share for share in fall],
    }
    return History(
        model_id=model.id, epochs=epochs if model.is_shipped else [], curves=curves if model.is_shipped else {}
    )


def confusions_of(model: ModelSummary) -> ConfusionMatrix:
    n_genres = len(model.genres)
    matrix = [
        [14 if row == column else (row * 7 + column * 3) % 11 // 4 for column in range(n_genres)]
        for row in range(n_genres)
    ]
    return ConfusionMatrix(model_id=model.id, labels=model.genres, matrix=matrix if model.is_shipped else [])


class FakeModels:
    """Which models there are, which one answers, and which one is being loaded."""

    def __init__(self) -> None:
        fma = ["Electronic", "Experimental", "Folk", "Hip-Hop", "Instrumental", "International", "Pop", "Rock"]
        models = [
            summary("gtzan", title="gtzan: ten genres from the sound alone"),
            summary("fma_small", title="fma_small: eight genres of the Free Music Archive", genres=fma, val_acc=0.539),
            summary("my_bands", is_shipped=False, val_acc=0.81, dataset=DatasetDescription(name="my records")),
            damaged("torn"),
        ]
        self.models = {model.id: model for model in models}
        self.active_id = "gtzan"
        self.loading_id: str | None = None
        self._n_lists = 0

    def list_models(self) -> ModelList:
        self._n_lists += 1
        if self.loading_id is not None and self._n_lists >= N_LISTS_WHILE_LOADING and self.loading_id != ENDLESS_NAME:
            if BAD_NAME in self.loading_id:
                error = "its weights do not fit its architecture."
                self.models[self.loading_id] = self.models[self.loading_id].model_copy(update={"error": error})
            else:
                self.active_id = self.loading_id
            self.loading_id = None
        models = [model.model_copy(update={"state": self._state_of(model)}) for model in self.models.values()]
        return ModelList(active_id=self.active_id, loading_id=self.loading_id, models=models)

    def get(self, path: str, model_id: str | None) -> Contract:
        if path == "/api/models":
            return self.list_models()
        model = self.models.get(model_id or path.rpartition("/")[2])
        if model is None:
            return refuse(404, "model_unknown", "There is no model with this id.")
        if path == "/api/history":
            return history_of(model)
        return confusions_of(model) if path == "/api/confusion-matrix" else details_of(model)

    def activate(self, model_id: str) -> Contract:
        self.loading_id, self._n_lists = model_id, 0
        return self.models[model_id].model_copy(update={"state": "loading"})

    def add(self, path: str) -> Contract:
        file_name = path.replace("\\", "/").rpartition("/")[2]
        model_id = file_name.removesuffix(".pt")
        if model_id == BAD_NAME:
            return refuse(422, "model_unusable", f"“{file_name}” is not a checkpoint of this program.")
        self.models[model_id] = summary(model_id, is_shipped=False, val_acc=0.6)
        return self.models[model_id]

    def remove(self, model_id: str) -> Contract:
        del self.models[model_id]
        return self.list_models()

    def _state_of(self, model: ModelSummary) -> str:
        if model.id == self.loading_id:
            return "loading"
        if model.id == self.active_id:
            return "active"
        return "failed" if model.error is not None else "available"


def refuse(status: int, code: str, detail: str) -> Problem:
    return Problem(title=code, status=status, code=code, detail=detail)
