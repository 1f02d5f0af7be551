"""Whole folders in the real window. Each test uses it as a person would."""

from pathlib import Path

import pytest

from app.contract import LauncherMessage
from tests.app.conftest import RunningApi
from tests.app.gui.conftest import WindowUser, needs_display
from tests.app.gui.fake_library import N_TRACKS, SLOW, make_track
from tests.app.gui.hands import click_button, press, take_keyboard, write_broken
from tests.app.gui.pages.library.table_hands import press_at, row_y, songs, visit, wait_for_rows
from tests.sounds import write_wav

pytestmark = needs_display


def test_folder_is_identified_with_progress_pause_and_an_end(
    full_library: WindowUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit(full_library)
    monkeypatch.setattr("tkinter.filedialog.askdirectory", lambda **options: "/music/Everything")
    click_button(page.scan_card.add)
    full_library.wait_until(lambda: "min left" in page.scan_card.text.title, "the time left")
    assert page.scan_card.text.title.startswith("“Everything”: ")
    take_keyboard(page.scan_card.pause)
    press(page.scan_card.pause, "<space>")
    full_library.wait_until(lambda: "paused" in page.scan_card.text.title, "it is paused")
    assert full_library.window.focus_get() is page.scan_card.resume
    press(page.scan_card.resume, "<space>")
    full_library.wait_until(lambda: "done, 40 songs" in page.scan_card.text.title, "it is done")
    assert page.scan_card.text.detail == "3 problems"
    full_library.wait_until(lambda: (page.presenter.rows.total or 0) > N_TRACKS, "the new songs are listed")
    click_button(page.scan_card.retry)
    full_library.wait_until(lambda: not page.scan_card.text.is_over, "the problems are tried again")
    full_library.wait_until(lambda: page.scan_card.text.is_over, "it is done once more")


def test_dropped_folder_is_identified_and_can_be_cancelled(full_library: WindowUser) -> None:
    page = visit(full_library)
    full_library.window.give([f"/music/{SLOW}"])
    full_library.wait_until(lambda: "Looking through" in page.scan_card.text.title, "it is being counted")
    click_button(page.scan_card.cancel)
    full_library.wait_until(lambda: "cancelled" in page.scan_card.text.title, "it is cancelled")
    assert page.scan_card.text.is_over


def test_refused_folder_is_explained(full_library: WindowUser) -> None:
    page = visit(full_library)
    full_library.window.give(["/music/missing"])
    full_library.wait_until(lambda: "There is no folder" in full_library.window.notice.text, "the reason")
    assert page.scan_card.text.is_over


def test_chosen_song_stays_chosen_while_others_come(full_library: WindowUser) -> None:
    page = visit(full_library)
    press_at(page.table.lines, 60, row_y(page, 2), "<Button-1>", "<ButtonRelease-1>")
    chosen = page.table.chosen
    assert chosen == make_track(N_TRACKS - 2)
    full_library.window.give(["/music/Everything"])
    full_library.wait_until(lambda: (page.presenter.rows.total or 0) > N_TRACKS, "songs have come")
    full_library.wait_until(lambda: page.scan_card.text.is_over, "it is done")
    wait_for_rows(full_library, page)
    assert page.table.chosen == chosen
    assert [page.table.lines.index(line) for line in page.table.lines.selection()] == [2]


def test_real_folder_with_a_broken_file(user: WindowUser, api: RunningApi, tmp_path: Path) -> None:
    folder = tmp_path / "records"
    (folder / "inside").mkdir(parents=True)
    write_wav(folder / "one.wav", 3)
    write_wav(folder / "inside" / "two.wav", 3, seed=1)
    write_broken(folder / "broken.mp3")
    page = visit(user)
    user.window.give([str(folder)])
    user.wait_until(lambda: page.scan_card.text.title == "“records”: done, 3 songs", "it is done", 60)
    assert page.scan_card.text.can_retry
    page.presenter.narrow(text="records")
    wait_for_rows(user, page)
    user.wait_until(lambda: sorted(songs(page)) == ["broken.mp3", "one.wav", "two.wav"], "all are listed")


def test_work_that_lost_its_engine_says_so_and_goes_on(full_library: WindowUser, full_api: str) -> None:
    page = visit(full_library)
    full_library.window.give(["/music/Everything"])
    full_library.wait_until(lambda: "min left" in page.scan_card.text.title, "the time left")
    full_library.window.handle_launcher_message(LauncherMessage(api_state="restarting"))
    assert "as soon as it is back" in page.scan_card.text.detail
    full_library.connect(full_api)
    full_library.wait_until(lambda: "done, 40 songs" in page.scan_card.text.title, "it is done")
