"""For people: tests/screenshots shows Library and History in each of their states, in both modes."""

import pytest

from app.contract import LauncherMessage
from app.gui.pages.history.page import HistoryPage
from app.gui.pages.library.page import LibraryPage
from app.gui.pages.library.view import Part
from app.gui.shell.window import HEIGHT, MIN_HEIGHT, MIN_WIDTH, WIDTH
from tests.app.gui.conftest import WindowUser, needs_display
from tests.app.gui.hands import press, take_keyboard

pytestmark = needs_display


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_library(idle_user: WindowUser, empty_api: str, full_api: str, mode: str) -> None:
    window = idle_user.window
    window.preferences.change(theme=mode)
    window.navigate(LibraryPage.page_id)
    page = window.pages.get(LibraryPage)
    idle_user.wait_until(lambda: page.is_built, "the parts are there")
    page.presenter.show_all()
    idle_user.connect(empty_api)
    idle_user.wait_until(lambda: page.presenter.rows.total == 0, "the empty library")
    idle_user.screenshot(f"library-empty-{mode}")
    idle_user.connect(full_api)
    idle_user.wait_until(lambda: bool(page.presenter.rows.total), "the full library")
    window.give(["/music/Everything"])
    idle_user.wait_until(lambda: "min left" in page.scan_card.text.title, "the time left")
    take_keyboard(page.table.lines)
    press(page.table.lines, "<Down>", "<Down>")
    idle_user.screenshot(f"library-busy-{mode}")
    press(page.table.lines, "<F2>")
    idle_user.screenshot(f"library-correct-{mode}")
    press(window.grab_current() or window, "<Escape>")
    window.geometry(f"{MIN_WIDTH}x{MIN_HEIGHT}")
    idle_user.screenshot(f"library-busy-{MIN_WIDTH}x{MIN_HEIGHT}-{mode}")
    window.geometry(f"{WIDTH}x{HEIGHT}")
    idle_user.wait_until(lambda: page.scan_card.text.is_over, "the end")
    page.presenter.choose_part(Part.PROBLEMS)
    idle_user.screenshot(f"library-problems-{mode}")
    page.presenter.narrow(text="there is no such song")
    idle_user.screenshot(f"library-no-match-{mode}")
    page.presenter.show_all()
    window.handle_launcher_message(LauncherMessage(api_state="failed", detail="The analysis engine stopped."))
    idle_user.screenshot(f"library-engine-failed-{mode}")
    assert page.table.winfo_ismapped()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_history(full_library: WindowUser, empty_api: str, full_api: str, mode: str) -> None:
    window = full_library.window
    window.preferences.change(theme=mode)
    window.navigate(HistoryPage.page_id)
    page = window.pages.get(HistoryPage)
    full_library.wait_until(lambda: page.is_built, "the parts are there")
    full_library.connect(empty_api)
    full_library.wait_until(lambda: page.presenter.rows.total == 0, "the empty history")
    full_library.screenshot(f"history-empty-{mode}")
    full_library.connect(full_api)
    full_library.wait_until(lambda: bool(page.presenter.rows.total), "the full history")
    take_keyboard(page.table.lines)
    page.table.choose(3)
    page.find_similar()
    full_library.wait_until(lambda: bool(page.details.similar.texts), "similar songs")
    full_library.screenshot(f"history-full-{mode}")
    window.geometry(f"{MIN_WIDTH}x{MIN_HEIGHT}")
    full_library.screenshot(f"history-full-{MIN_WIDTH}x{MIN_HEIGHT}-{mode}")
    assert page.details.winfo_ismapped()
