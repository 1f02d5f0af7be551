"""What every page is and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import customtkinter as ctk

from app.gui.connection import ApiConnection
from app.gui.jobs import Jobs
from app.gui.preferences import Preferences
from app.gui.style.icons import Icon


@dataclass(frozen=True)
class PageContext:
    """What the window lends its pages.

    Attributes:
        connection: The API: its state, its client, and who is told of changes.
        jobs: Where blocking work runs.
        preferences: The settings.
        navigate: Shows the page of an id, and returns it.
        browse: Lets the person choose files, and gives them to a page that takes some.
        say: Shows a sentence across the window that needs no answer; ``None`` takes it away.
    """

    connection: ApiConnection
    jobs: Jobs
    preferences: Preferences
    navigate: Callable[[str], Page]
    browse: Callable[[], None]
    say: Callable[[str | None], None]


class Page(ctk.CTkFrame):
    """One page of the window, made when it is visited for the first time.

    Attributes:
        page_id: Stable; kept in the settings.
        title: In the rail and above the page.
        icon: In the rail.
        invitation: Said while files hang over the page.
        shortcuts: Keys that work on this page and what they do, for the help.

    Args:
        master: The parent widget.
        context: What the window lends.
    """

    page_id: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[Icon]
    invitation: ClassVar[str] = "Let go to identify"
    shortcuts: ClassVar[tuple[tuple[str, str], ...]] = ()

    def __init__(self, master: Any, context: PageContext) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self.context = context

    @property
    def drop_area(self) -> ctk.CTkFrame:
        """What the invitation hangs over while files hang over the page."""
        return self

    def on_shown(self) -> None:
        """The page is on the screen now."""

    def on_hidden(self) -> None:
        """Another page is on the screen now."""

    def on_hover(self, is_over: bool) -> None:
        """Files hang over the window, or no longer."""

    def take_names(self, names: Sequence[str]) -> bool:
        """Files and folders were dropped on the window or chosen.

        Args:
            names: As Tk delivers them.

        Returns:
            Whether this page does something with them; otherwise Identify does.
        """
        return False

    def cancel(self) -> bool:
        """Escape was pressed.

        Returns:
            Whether there was something to cancel.
        """
        return False
