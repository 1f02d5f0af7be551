"""What was heard, song by song. Knows neither widgets nor the engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.contract import Prediction
from app.gui import wording
from app.gui.pages.listen import words
from app.gui.pages.listen.view import SongRow


@dataclass
class Song:
    """One song.

    Attributes:
        song_id: Counts from 1.
        began_at: By the clock of this computer.
        prediction: The latest answer.
        is_over: It does not go on.
    """

    song_id: int
    began_at: datetime
    prediction: Prediction
    is_over: bool = False


class Songs:
    """All songs since the window was opened."""

    def __init__(self) -> None:
        self._songs: list[Song] = []
        self._n_songs = 0
        self._stream_began_at = datetime.now()
        self._current: Song | None = None

    @property
    def rows(self) -> list[SongRow]:
        """As they are shown, the newest first."""
        return [_describe(song) for song in reversed(self._songs)]

    def begin_stream(self, now: datetime) -> None:
        """The engine counts its seconds from now on."""
        self.end_stream()
        self._stream_began_at = now

    def end_stream(self) -> None:
        """The engine says no more; what was playing is over as far as anyone knows."""
        if self._current is not None:
            self._current.is_over = True
            self._current = None

    def hear(self, start_s: float, prediction: Prediction) -> None:
        """The answer so far.

        Args:
            start_s: Where the song begins, in seconds of the stream.
            prediction: What it is, or that it is silent.
        """
        began_at = self._stream_began_at + timedelta(seconds=start_s)
        if self._current is not None and abs(self._current.began_at - began_at) > timedelta(seconds=0.5):
            self.end_stream()
        if self._current is not None:
            self._current.prediction = prediction
        elif _is_music(prediction):
            # A song that sounds like noise for a moment stays one; what is noise in the end has no line.
            self._n_songs += 1
            self._current = Song(self._n_songs, began_at, prediction)
            self._songs.append(self._current)

    def conclude(self, start_s: float, prediction: Prediction) -> None:
        """The last answer for a song that is over."""
        self.hear(start_s, prediction)
        if self._current is not None and not _is_music(prediction):
            self._songs.remove(self._current)
        self.end_stream()


def _is_music(prediction: Prediction) -> bool:
    return prediction.label is not None and prediction.decision != "not_music"


def _describe(song: Song) -> SongRow:
    prediction = song.prediction
    is_music = _is_music(prediction)
    is_sure = prediction.decision == "confident"
    genre = wording.genre_name(prediction.label or "") + ("" if is_sure else "?") if is_music else "No music"
    return SongRow(
        song_id=song.song_id,
        time=f"{song.began_at:%H:%M}",
        genre=genre,
        confidence=wording.percent(prediction.confidence) if is_music else "",
        duration=words.length(max(1.0, prediction.metadata.duration_s)),
        label=prediction.label if is_music else None,
        is_sure=is_sure,
        is_playing=not song.is_over,
    )
