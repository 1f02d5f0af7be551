"""Decides what is heard of the track on the page, and has its finer pictures made. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Protocol

from app.gui.jobs import Jobs
from app.gui.pages.identify.cover_art import read_cover
from app.gui.pages.identify.spectrogram_painting import paint_spectrogram
from app.gui.playback.player import Player
from app.gui.playback.sound import DecodedSound
from app.gui.playback.sound_card import PlaybackError
from app.gui.playback.spectrum import Spectrogram, compute_spectrogram
from app.gui.widgets.result_text import ResultText
from app.gui.widgets.transport import Sight, SpectrumPicture

#: How often the playhead moves.
_TICK_S: Final = 0.03
#: Whoever walks through the list quickly does not want the cover of every file.
_COVER_DELAY_S: Final = 0.12
#: Nearer to the end than this, Play begins anew.
_END_S: Final = 0.05


class ListeningView(Protocol):
    """The page as this sees it. Called in Tk's thread only."""

    def show_playing(self, is_playing: bool) -> None:
        """It is playing, or not."""

    def show_position(self, time_s: float) -> None:
        """What is heard now, or would be."""

    def show_fine_peaks(self, peaks: tuple[float, ...]) -> None:
        """Finer peaks than the answer has."""

    def show_spectrogram(self, picture: SpectrumPicture, text: str) -> None:
        """A spectrogram of what is in sight, and the whole of it in words."""

    def show_no_spectrogram(self) -> None:
        """There can be none."""

    def show_cover(self, image: bytes | None) -> None:
        """The picture of the record."""

    def cover_size(self) -> int:
        """How large that picture should be, in pixels."""

    def shades(self) -> Sequence[str]:
        """The colours of a spectrogram now."""


class Listening:
    """Plays one track and draws what only its sound can tell, see ``Transport``.

    Args:
        view: What shows it all.
        jobs: Where blocking work runs.
        say: Shows a sentence across the window; ``None`` takes it away.
        on_begin: Called when a person begins to listen.
        player: Plays.
    """

    def __init__(
        self,
        view: ListeningView,
        jobs: Jobs,
        say: Callable[[str | None], None],
        on_begin: Callable[[], None],
        player: Player,
    ) -> None:
        self._view = view
        self._jobs = jobs
        self._say = say
        self._on_begin = on_begin
        self._player = player
        self._path: str | None = None
        self._duration_s = 0.0
        self._sound: DecodedSound | None = None
        self._spectrogram: Spectrogram | None = None
        self._spectrum_text = ""
        self._is_computing = False
        self._sight: Sight | None = None
        self._is_ticking = False

    def show(self, result: ResultText | None) -> None:
        """Another track is on the page, or none."""
        self._forget()
        self._path = result.path if result is not None else None
        self._duration_s = result.prediction.metadata.duration_s if result is not None else 0.0
        if self._path is not None:
            self._jobs.call_later(_COVER_DELAY_S, partial(self._ask_for_cover, self._path))

    def pause(self) -> None:
        """Be silent."""
        self._player.pause()
        self._view.show_playing(False)

    def close(self) -> None:
        """The window is closing."""
        self._player.close()
        self._forget()

    def repaint(self) -> None:
        """Colours or sizes have changed."""
        if self._sight is not None:
            self.look(self._sight)
        if self._path is not None:
            self._ask_for_cover(self._path)

    # What a person asks for, see Transport.

    def toggle(self) -> None:
        """Play on, or pause."""
        if self._player.status.is_playing:
            self.pause()
        else:
            position_s = self._player.status.position_s
            self.listen(0.0 if position_s >= self._duration_s - _END_S else position_s)

    def listen(self, time_s: float) -> None:
        """Play from a moment on."""
        self._play(time_s, None)

    def hear(self, start_s: float, end_s: float) -> None:
        """Play a stretch and stop at its end."""
        self._play(start_s, end_s)

    def seek(self, time_s: float) -> None:
        """Go to a moment, without beginning to play."""
        self._on_begin()
        self._player.seek(time_s)
        self._view.show_position(time_s)

    def look(self, sight: Sight) -> None:
        """Another part is in sight, or in another way."""
        self._sight = sight
        if self._path is None:
            return
        if sight.wants_spectrogram:
            if self._spectrogram is not None:
                self._paint(self._spectrogram, sight)
            elif not self._is_computing:
                self._compute(self._path)
        elif sight.is_zoomed:
            self._take_sound(self._path)

    # Sound

    def _play(self, start_s: float, end_s: float | None) -> None:
        if self._path is None:
            return
        self._on_begin()
        self._say(None)
        self._player.play(self._take_sound(self._path), start_s, end_s)
        self._view.show_position(start_s)
        self._view.show_playing(True)
        if not self._is_ticking:
            self._is_ticking = True
            self._tick()

    def _take_sound(self, path: str) -> DecodedSound:
        if self._sound is None or self._sound.has_failed:
            sound = self._sound = DecodedSound(path)
            self._jobs.submit(sound.decode, partial(self._on_decoded, sound), self._on_not_decoded)
        return self._sound

    def _on_decoded(self, sound: DecodedSound, peaks: tuple[float, ...]) -> None:
        if sound is self._sound:
            self._view.show_fine_peaks(peaks)

    def _on_not_decoded(self, error: Exception) -> None:
        # Whoever wants to hear it is told by the player; a closer look at the peaks is only a finer one.
        if not isinstance(error, PlaybackError):
            raise error

    def _tick(self) -> None:
        status = self._player.status
        self._is_ticking = status.is_playing
        if status.problem is not None:
            self._say(status.problem)
        if status.is_playing:
            self._view.show_position(status.position_s)
            self._jobs.call_later(_TICK_S, self._tick)
        else:
            self._view.show_playing(False)
            self._view.show_position(min(status.position_s, self._duration_s))

    # Pictures

    def _compute(self, path: str) -> None:
        self._is_computing = True
        duration_s = self._duration_s

        def work() -> tuple[Spectrogram, str] | None:
            spectrogram = compute_spectrogram(path, duration_s, lambda: self._path == path)
            return None if spectrogram is None else (spectrogram, spectrogram.as_text())

        self._jobs.submit(work, partial(self._on_spectrogram, path), partial(self._on_no_spectrogram, path))

    def _on_spectrogram(self, path: str, computed: tuple[Spectrogram, str] | None) -> None:
        if path == self._path and computed is not None:
            self._is_computing = False
            self._spectrogram, self._spectrum_text = computed
            if self._sight is not None:
                self.look(self._sight)

    def _on_no_spectrogram(self, path: str, error: Exception) -> None:
        if path == self._path:
            self._is_computing = False
            self._view.show_no_spectrogram()
            self._say(str(error) if isinstance(error, PlaybackError) else f"There is no spectrogram: {error}")

    def _paint(self, spectrogram: Spectrogram, sight: Sight) -> None:
        def show(picture: SpectrumPicture) -> None:
            # The view may have moved on while this was painted.
            if spectrogram is self._spectrogram and sight == self._sight:
                self._view.show_spectrogram(picture, self._spectrum_text)

        def fail(error: Exception) -> None:
            raise error

        self._jobs.submit(partial(paint_spectrogram, spectrogram, sight, self._view.shades()), show, fail)

    def _ask_for_cover(self, path: str) -> None:
        def show(image: bytes | None) -> None:
            if path == self._path:
                self._view.show_cover(image)

        def fail(error: Exception) -> None:
            raise error

        if path == self._path:
            self._jobs.submit(partial(read_cover, path, self._view.cover_size()), show, fail)

    def _forget(self) -> None:
        self._player.pause()
        self._player.seek(0.0)
        if self._sound is not None:
            self._sound.close()
        self._path = self._sound = self._spectrogram = self._sight = None
        self._is_computing = False
