"""A model in words and figures. Pure functions: what the page says is tested without a window."""

from __future__ import annotations

import math
from typing import Final

from app.contract import ModelDetails, ModelSummary, Reliability
from app.gui import wording
from app.gui.pages.model.view import Fact, ModelHeading, ModelRow

_UNKNOWN: Final = "–"
#: Of a normal distribution, for intervals of 95 %.
_Z: Final = 1.96


def describe_row(model: ModelSummary, loading_id: str | None) -> ModelRow:
    """A model as a line of the list.

    Args:
        model: As the API lists it.
        loading_id: Which one is being loaded.
    """
    status = [] if model.val_acc is None else [f"{wording.exact_percent(model.val_acc)} right"]
    state = _state(model, loading_id)
    if state:
        status.append(state)
    return ModelRow(
        model_id=model.id,
        name=model.id,
        description=_describe(model),
        status=" · ".join(status),
        is_active=model.state == "active",
        is_failed=model.error is not None,
    )


def describe_heading(
    model: ModelSummary, details: ModelDetails | None, active_id: str | None, loading_id: str | None
) -> ModelHeading:
    """What stands above all that is told of a model.

    Args:
        model: As the API lists it.
        details: All there is to say of it, once it is known.
        active_id: Which one answers now.
        loading_id: Which one is being loaded.
    """
    is_busy = model.id in (active_id, loading_id)
    origin, note = _origin(model), ""
    if model.id == loading_id and active_id is not None:
        # In place of what matters less now, so that nothing moves.
        origin = f"“{active_id}” goes on answering until it is ready."
    if model.error is not None and not is_busy:
        advice = "Choose another one" if model.is_shipped else "Remove it, or choose another one"
        note = f"{wording.capitalise(model.error.rstrip('.'))}. {advice}."
    return ModelHeading(
        title=model.title,
        origin=origin,
        facts=_facts(model, details) if model.genres else (),
        state=_state(model, loading_id),
        note=note,
        can_use=not is_busy and loading_id is None and bool(model.genres),
        can_remove=not is_busy and not model.is_shipped,
    )


def interval(share: float, n_tracks: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's formula (1927), 0..1: it holds for few tracks and near 0 and 1 too.

    Args:
        share: 0..1.
        n_tracks: Of which it is the share, at least 1.
    """
    share, z2 = min(max(share, 0.0), 1.0), _Z * _Z
    middle = (share + z2 / (2 * n_tracks)) / (1 + z2 / n_tracks)
    reach = _Z * math.sqrt(share * (1 - share) / n_tracks + z2 / (4 * n_tracks**2)) / (1 + z2 / n_tracks)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def calibration_error(reliability: Reliability) -> float | None:
    """The expected calibration error (Naeini et al., 2015), 0..1; ``None`` where nothing is known."""
    bins = list(zip(reliability.confidence, reliability.accuracy, reliability.n_tracks, strict=True))
    n_tracks = sum(reliability.n_tracks)
    if n_tracks < 1:
        return None
    return sum(n * abs(accuracy - confidence) for confidence, accuracy, n in bins) / n_tracks


def scores_as_text(details: ModelDetails) -> str:
    """Precision, recall and F1 of each genre, a line for each."""
    return "\n".join(
        f"{wording.genre_name(score.genre)}: precision {wording.exact_percent(score.precision)}, "
        f"recall {wording.exact_percent(score.recall)}, F1 {wording.exact_percent(score.f1)}, "
        f"{count(score.support, 'track')}"
        for score in details.genre_scores
    )


def count(number: int, thing: str) -> str:
    """For example “1 track” or “6,491 tracks”."""
    return f"{number:,}{wording.NO_BREAK_SPACE}{thing}{'' if number == 1 else 's'}"


def _state(model: ModelSummary, loading_id: str | None) -> str:
    if model.id == loading_id:
        return "Loading…"
    if model.state == "active":
        return "In use"
    return "Cannot be used" if model.error is not None else ""


def _describe(model: ModelSummary) -> str:
    """What the title says beside the name, else what kind of network it is."""
    name, _, rest = model.title.partition(":")
    if name.strip() == model.id and rest.strip():
        return wording.capitalise(rest.strip())
    if model.title != model.id:
        return model.title
    return count(len(model.genres), "genre") if model.genres else ""


def _origin(model: ModelSummary) -> str:
    data = model.dataset
    training = [count(data.n_train, "track")] if data.n_train is not None else []
    training += [data.name] if data.name else []
    parts = [
        model.architecture,
        count(len(model.genres), "genre") if model.genres else None,
        f"trained on {' of '.join(training)}" if training else None,
        _size(model.size_bytes),
        model.created,
    ]
    return " · ".join(part for part in parts if part)


def _size(n_bytes: int) -> str:
    figure, unit = (f"{n_bytes / 1e6:,.1f}", "MB") if n_bytes >= 100_000 else (f"{n_bytes / 1e3:.0f}", "kB")
    return f"{figure}{wording.NO_BREAK_SPACE}{unit}"


def _facts(model: ModelSummary, details: ModelDetails | None) -> tuple[Fact, ...]:
    n_tracks = model.dataset.n_val or 0
    spread = ""
    if model.val_acc is not None and n_tracks > 0:
        low, high = (f"{100 * bound:.1f}" for bound in interval(model.val_acc, n_tracks))
        spread = f"{low}–{high}{wording.NO_BREAK_SPACE}% (95{wording.NO_BREAK_SPACE}% interval)"
    error = None if details is None else calibration_error(details.reliability)
    return (
        Fact(
            "Validation accuracy", _UNKNOWN if model.val_acc is None else wording.exact_percent(model.val_acc), spread
        ),
        Fact(
            "Validation loss",
            _UNKNOWN if model.val_loss is None else f"{model.val_loss:.3f}",
            count(n_tracks, "track") if n_tracks else "",
        ),
        Fact(
            "Calibration error",
            _UNKNOWN if error is None else wording.exact_percent(error),
            "" if model.temperature is None else f"temperature {model.temperature:.3f}",
        ),
        Fact("Epoch", _UNKNOWN if model.epoch is None else f"{model.epoch:,}", ""),
    )
