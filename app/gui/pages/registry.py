"""Which pages there are, in the order of the rail."""

from __future__ import annotations

from typing import Final

from app.gui.pages.history.page import HistoryPage
from app.gui.pages.identify.page import IdentifyPage
from app.gui.pages.library.page import LibraryPage
from app.gui.pages.listen.page import ListenPage
from app.gui.pages.model.page import ModelPage
from app.gui.pages.page import Page
from app.gui.pages.settings.page import SettingsPage

PAGES: Final[tuple[type[Page], ...]] = (
    IdentifyPage,
    ListenPage,
    LibraryPage,
    HistoryPage,
    ModelPage,
    SettingsPage,
)

#: Shown first, and given the files that no other page wants.
HOME: Final[type[Page]] = IdentifyPage
