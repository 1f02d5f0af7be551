"""Numbers and decisions in words. Pure functions: what the window says is tested without a window."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from app.contract import Metrics, Prediction, TrackMetadata

NO_BREAK_SPACE: Final = "\N{NO-BREAK SPACE}"

#: More would push the waveform off a small window.
MAX_WARNINGS: Final = 2

_CODEC_NAMES: Final = {"vorbis": "Vorbis", "opus": "Opus", "wavpack": "WavPack", "speex": "Speex"}
_GENRE_NAMES: Final = {"hiphop": "Hip-hop", "rnb": "R&B"}


def genre_name(label: str) -> str:
    """A genre as a title, for example “Hip-hop”."""
    return _GENRE_NAMES.get(label.lower(), label[:1].upper() + label[1:])


def genre_within_sentence(label: str) -> str:
    """A genre as a word of a sentence, for example “hip-hop”."""
    name = genre_name(label)
    return name if name.isupper() or "&" in name else name.lower()


def percent(share: float) -> str:
    """A share 0..1 in whole percent. 100 and 0 are said of nothing that is merely near them."""
    rounded = round(100 * share)
    if rounded == 100 and share < 0.9995:
        return f">99{NO_BREAK_SPACE}%"
    if rounded == 0 and share > 0:
        return f"<1{NO_BREAK_SPACE}%"
    return f"{rounded}{NO_BREAK_SPACE}%"


def exact_percent(share: float) -> str:
    """A share 0..1 in percent with one decimal."""
    return f"{100 * share:.1f}{NO_BREAK_SPACE}%"


def clock(seconds: float) -> str:
    """A moment or a duration, for example “3:07” or “1:02:03”."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def headline(prediction: Prediction) -> str:
    """The answer in one line."""
    if prediction.decision == "not_music" or prediction.label is None:
        return "This does not sound like music"
    if prediction.decision == "unsure":
        return f"Probably {genre_within_sentence(prediction.label)}, not{NO_BREAK_SPACE}sure"
    return f"{genre_name(prediction.label)} · {percent(prediction.confidence)}"


def short_answer(prediction: Prediction) -> str:
    """The answer in a word, for a list."""
    if prediction.decision == "not_music" or prediction.label is None:
        return "No music"
    mark = "?" if prediction.decision == "unsure" else ""
    return f"{genre_name(prediction.label)}{mark} {percent(prediction.confidence)}"


def top_three(prediction: Prediction) -> str:
    """The three most probable genres as a sentence; empty where nothing was heard.

    A confident headline tells the first one already.
    """
    if prediction.label is None:
        return ""
    ranked = sorted(prediction.probabilities.items(), key=lambda item: -item[1])[:3]
    first, *others = [f"{genre_within_sentence(label)}{NO_BREAK_SPACE}{percent(share)}" for label, share in ranked]
    rest = f"then {' and '.join(others)}" if others else ""
    return capitalise(rest if prediction.decision == "confident" else f"{first}, {rest}" if rest else first)


def why(prediction: Prediction) -> str:
    """The reason of the answer as a sentence, with genres as people write them."""
    words = re.split(r"([^\W\d]+)", prediction.reason)
    named = (genre_within_sentence(word) if word in prediction.probabilities else word for word in words)
    return capitalise("".join(named))


def capitalise(sentence: str) -> str:
    """A sentence with a capital first letter; all others stay as they are."""
    return sentence[:1].upper() + sentence[1:]


def warning_lines(warnings: Sequence[str]) -> str:
    """The first warnings, and how many there are beside them."""
    lines = [f"Note: {warning}" for warning in warnings[:MAX_WARNINGS]]
    n_more = len(warnings) - len(lines)
    return "\n".join([*lines, f"… and {n_more} more notes"] if n_more else lines)


def credits_line(metadata: TrackMetadata) -> str:
    """Artist, album and year, as far as the file tells them."""
    parts = [metadata.artist, metadata.album, str(metadata.year) if metadata.year else None]
    return " · ".join(part for part in parts if part)


def codec_name(codec: str) -> str:
    """A codec as people write it.

    Args:
        codec: FFmpeg's name, for example ``pcm_s16le``.
    """
    if codec.startswith("pcm_"):
        return "PCM"
    return _CODEC_NAMES.get(codec, codec.removesuffix("float").upper())


def format_line(metadata: TrackMetadata) -> str:
    """Duration, codec, sample rate and channels, and the genre that the file itself claims."""
    parts = [clock(metadata.duration_s)]
    if metadata.codec:
        parts.append(codec_name(metadata.codec))
    if metadata.source_sample_rate:
        parts.append(f"{metadata.source_sample_rate / 1000:g}{NO_BREAK_SPACE}kHz")
    if metadata.n_channels:
        parts.append({1: "mono", 2: "stereo"}.get(metadata.n_channels, f"{metadata.n_channels} channels"))
    if metadata.genre_tag:
        parts.append(f"tagged “{metadata.genre_tag}”")
    return " · ".join(parts)


def model_facts(metrics: Metrics, model_id: str | None, device: str | None) -> list[tuple[str, str]]:
    """What the model says of itself, as names and values."""
    unknown = "–"
    return [
        ("Model", model_id or unknown),
        ("Validation accuracy", unknown if metrics.val_acc is None else exact_percent(metrics.val_acc)),
        ("Validation loss", unknown if metrics.val_loss is None else f"{metrics.val_loss:.3f}"),
        ("Epoch", unknown if metrics.epoch is None else str(metrics.epoch)),
        ("Device", device or unknown),
    ]
