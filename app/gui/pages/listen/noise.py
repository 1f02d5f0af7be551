"""Taking the noise of the room away: the switch, and what the engine knows of the room. Knows no widget."""

from __future__ import annotations

import time
from typing import Final

from app.gui.pages.listen import words
from app.gui.pages.listen.engine_link import Link
from app.gui.pages.listen.view import ListenView

#: How long the room is listened to.
NOISE_S: Final = 3.0


class Noise:
    """What the person wants, and how far it has come.

    Args:
        view: What shows it.
    """

    def __init__(self, view: ListenView) -> None:
        self._view = view
        self._link: Link | None = None
        self._is_on = self._is_sampled = False
        self._until: float | None = None

    def follow(self, link: Link | None) -> None:
        """Another engine hears now, which does not know the room; or none does."""
        self._link = link
        self._is_sampled = False
        self._until = None
        self.show()

    def turn(self, is_on: bool) -> None:
        """Take noise away from now on, or no longer."""
        self._is_on = is_on
        if self._link is not None and self._is_sampled:
            self._link.denoise(is_on)
        self.show()

    def sample(self) -> None:
        """Learn what the room sounds like from what is heard next."""
        if self._link is not None and self._is_on and self._until is None:
            self._link.sample_noise(NOISE_S)
            self._until = time.monotonic() + NOISE_S
        self.show()

    def take_sampled(self) -> None:
        """The engine knows the room now."""
        self._until = None
        self._is_sampled = True
        if self._link is not None:
            self._link.denoise(self._is_on)
        self.show()

    def show(self) -> None:
        """Show how it stands; while the room is sampled, now and then."""
        left_s = None if self._until is None else max(0.0, self._until - time.monotonic())
        self._view.show_noise(
            words.describe_noise(
                is_on=self._is_on, is_sampled=self._is_sampled, is_hearing=self._link is not None, left_s=left_s
            )
        )
