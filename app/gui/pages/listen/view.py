"""What the presenter tells the page: plain values, ready to be shown, and no decisions left to make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.gui.pages.listen.sound_picture import Glance
from app.gui.widgets.message_panel import Message


@dataclass(frozen=True)
class StateText:
    """What is going on.

    Attributes:
        is_listening: The button would end it.
        title: A word or two.
        detail: How long, and to what.
        sentence: What the person should know; empty for nothing.
        is_error: The sentence tells of something that went wrong.
    """

    is_listening: bool
    title: str
    detail: str = ""
    sentence: str = ""
    is_error: bool = False


@dataclass(frozen=True)
class AnswerText:
    """What is playing, as far as it is known.

    Attributes:
        caption: Whether it is playing now, or was heard last.
        headline: The genre, or why there is none.
        label: The genre as the model names it; ``None`` where there is none.
        confidence: 0..1; ``None`` where there is no genre.
        certainty: How sure that is, in words.
        reason: A sentence.
        probabilities: By genre; none where nothing was heard.
    """

    caption: str
    headline: str
    label: str | None
    confidence: float | None
    certainty: str
    reason: str
    probabilities: Mapping[str, float]

    def as_text(self) -> str:
        """All of it, for the clipboard."""
        return "\n".join(filter(None, (self.caption, self.headline, self.certainty, self.reason)))


@dataclass(frozen=True)
class SongRow:
    """One line of what was heard.

    Attributes:
        song_id: Stays while the song goes on.
        time: When it began.
        genre: What was heard, in a word.
        confidence: In percent; empty where there is no genre.
        duration: How long it was heard.
        label: For the colour of its dot; ``None`` for no colour.
        is_sure: The dot is filled.
        is_playing: It goes on.
    """

    song_id: int
    time: str
    genre: str
    confidence: str
    duration: str
    label: str | None
    is_sure: bool
    is_playing: bool


@dataclass(frozen=True)
class NoiseText:
    """How it stands with the noise of the room.

    Attributes:
        is_on: The switch.
        sentence: What is to be done, or is being done; empty for nothing.
        can_sample: The room can be listened to now.
        action: What the button says.
    """

    is_on: bool
    sentence: str
    can_sample: bool
    action: str


class ListenView(Protocol):
    """The page as its presenter sees it. Called in Tk's thread only."""

    def show_state(self, state: StateText) -> None:
        """What is going on."""

    def show_message(self, message: Message | None) -> None:
        """Words instead of an answer; ``None`` where there is one."""

    def show_answer(self, answer: AnswerText) -> None:
        """What is playing."""

    def show_genres(self, genres: Sequence[str]) -> None:
        """Those that the engine knows, before it has heard any."""

    def show_songs(self, rows: Sequence[SongRow]) -> None:
        """What was heard, the newest first."""

    def show_sources(self, names: Mapping[str, str], source_id: str, *, can_choose: bool) -> None:
        """What can be listened to, by id, and what is."""

    def show_noise(self, noise: NoiseText) -> None:
        """How it stands with the noise of the room."""

    def show_recording(self, duration_s: float | None, *, can_keep: bool) -> None:
        """How long the recording is, ``None`` where there is none, and whether it can be saved now."""

    def clear_sound(self) -> None:
        """Another recording begins."""

    def show_sound(self, glance: Glance, elapsed_s: float) -> None:
        """What has come since the last time, and how long that was."""

    def rest(self) -> None:
        """Nothing is heard any more: the level goes down."""
