"""Library in the real window. Each test uses it as a person would."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.contract import LauncherMessage
from app.gui.pages.identify.page import IdentifyPage
from app.gui.pages.library.page import LibraryPage
from app.gui.pages.library.presenter import ADD_FOLDER
from app.gui.pages.library.view import Part
from app.gui.widgets.correction_dialog import CorrectionDialog
from tests.app.gui.conftest import WindowUser, needs_display
from tests.app.gui.fake_library import N_TRACKS, make_track
from tests.app.gui.hands import click_button, press, press_keys, take_keyboard
from tests.app.gui.pages.library.table_hands import column, press_at, row_y, songs, visit, wait_for_rows

pytestmark = needs_display


def write(user: WindowUser, page: LibraryPage, text: str) -> None:
    take_keyboard(page.filter_bar.search.line)
    for letter in text:
        press(page.filter_bar.search.line, f"<Key-{letter}>")
    user.wait_until(lambda: page.presenter.filters.text == (text or None), "the search begins")
    wait_for_rows(user, page)


def click_heading(page: LibraryPage, key: str) -> None:
    lines = page.table.lines
    x = next(x for x in range(0, lines.winfo_width(), 4) if lines.identify_column(x) == tk_column(page, key)) + 20
    press_at(lines, x, 10, "<Motion>", "<Button-1>", "<ButtonRelease-1>")


def tk_column(page: LibraryPage, key: str) -> str:
    return f"#{[shown.key for shown in page.table.lines.shown_columns].index(key)}"


@pytest.fixture
def dialog_of(full_library: WindowUser) -> Callable[[], CorrectionDialog]:
    def find() -> CorrectionDialog:
        return next(child for child in full_library.window.winfo_children() if isinstance(child, CorrectionDialog))

    return find


def test_newest_songs_are_listed_first_and_only_those_in_sight_exist(full_library: WindowUser) -> None:
    page = visit(full_library)
    assert page.count.full_text == "60 songs"
    assert songs(page)[0] == make_track(N_TRACKS).title
    assert len(page.table.lines.get_children()) < 30
    first, last = page.table.lines.yview()
    assert first == 0 and 0 < last < 0.5


def test_wheel_and_keys_go_through_all_songs(full_library: WindowUser) -> None:
    page = visit(full_library)
    press_at(page.table.lines, 50, 100, "<Button-5>")
    assert songs(page)[0] == make_track(N_TRACKS - 3).title
    take_keyboard(page.table.lines)
    press(page.table.lines, "<End>")
    full_library.wait_until(lambda: page.table.chosen is not None, "the last song is chosen")
    assert page.table.chosen == make_track(1)
    assert songs(page)[-1] == make_track(1).title
    assert page.table.lines.yview()[1] == 1
    press(page.table.lines, "<Up>", "<Up>")
    assert page.table.chosen == make_track(3)
    press(page.table.lines, "<Home>")
    assert page.table.chosen == make_track(N_TRACKS) and page.table.lines.top == 0
    press(page.table.lines, "<Next>")
    assert page.table.chosen is not None and page.table.chosen.id == N_TRACKS - page.table.lines.n_whole


def test_headings_sort_and_keys_do_the_same(full_library: WindowUser) -> None:
    page = visit(full_library)
    click_heading(page, "confidence")
    wait_for_rows(full_library, page)
    shown = [int(text.split("\N{NO-BREAK SPACE}")[0]) for text in column(page, "confidence") if text]
    assert shown == sorted(shown, reverse=True) and shown[0] == 99
    click_heading(page, "confidence")
    wait_for_rows(full_library, page)
    assert page.presenter.filters.descending is False
    take_keyboard(page.table.lines)
    press(page.table.lines, "<s>")
    wait_for_rows(full_library, page)
    assert page.presenter.filters.sort == "genre_tag"
    assert page.table.lines.heading("genre_tag", "text").endswith("↑")
    press(page.table.lines, "<r>")
    wait_for_rows(full_library, page)
    assert page.table.lines.heading("genre_tag", "text").endswith("↓")


def test_conditions_narrow_the_list_and_can_all_be_dropped(full_library: WindowUser) -> None:
    page = visit(full_library)
    take_keyboard(page.filter_bar.genre)
    press(page.filter_bar.genre, "<Down>")
    wait_for_rows(full_library, page)
    assert set(column(page, "label")) <= {"Blues", "Blues?", "No music"}
    take_keyboard(page.filter_bar.decision)
    press(page.filter_bar.decision, "<Down>")
    wait_for_rows(full_library, page)
    assert set(column(page, "label")) == {"Blues"}
    take_keyboard(page.filter_bar.confidence)
    press(page.filter_bar.confidence, "<Down>")
    write(full_library, page, "lantern")
    assert page.message.message.title == "Nothing matches"
    click_button(page.message.button)
    wait_for_rows(full_library, page)
    assert page.count.full_text == "60 songs" and page.filter_bar.search.text == ""
    assert page.filter_bar.genre.get() == "Any genre"


def test_songs_that_contradict_their_tag_are_a_part_of_their_own(full_library: WindowUser) -> None:
    page = visit(full_library)
    take_keyboard(page.part)
    press(page.part, "<Right>")
    wait_for_rows(full_library, page)
    assert page.part.value is Part.CONFLICTS
    assert all(tag.endswith("≠") for tag in column(page, "genre_tag")) and songs(page)


def test_problem_files_are_listed_with_the_reason_and_tried_again(full_library: WindowUser) -> None:
    page = visit(full_library)
    page.presenter.choose_part(Part.PROBLEMS)
    wait_for_rows(full_library, page)
    assert len(songs(page)) == 3
    assert all("could not be read as audio" in reason for reason in column(page, "reason"))
    press_at(page.table.lines, 60, row_y(page, 0), "<Button-1>", "<ButtonRelease-1>")
    assert "could not be read" in page.footer.text
    click_button(page.footer.try_again)
    full_library.wait_until(lambda: not page.scan_card.text.is_over, "the file is tried again")
    assert page.scan_card.text.title.startswith("“Quiet Avenue 53.flac”")


def test_genre_is_corrected_by_keyboard_alone(
    full_library: WindowUser, dialog_of: Callable[[], CorrectionDialog]
) -> None:
    page = visit(full_library)
    take_keyboard(page.table.lines)
    press(page.table.lines, "<F2>")
    dialog = dialog_of()
    assert dialog.is_open and "Jazz" in dialog.names
    dialog.field.line.focus_force()
    for letter in "jaz":
        press(dialog.field.line, f"<Key-{letter}>")
    full_library.wait_until(lambda: dialog.names == ["Jazz"], "only what fits is offered")
    press(dialog.field.line, "<Down>")
    press_keys(full_library.window, "<Return>")
    assert not dialog.is_open
    full_library.wait_until(lambda: column(page, "yours")[0] == "Jazz", "the correction is shown")
    assert full_library.window.focus_get() is page.table.lines
    wait_for_rows(full_library, page)
    press(page.table.lines, "<F2>")
    click_button(dialog.take_back)
    full_library.wait_until(lambda: column(page, "yours")[0] == "", "the correction is taken back")


def test_genre_can_be_any_word_and_escape_changes_nothing(
    full_library: WindowUser, dialog_of: Callable[[], CorrectionDialog]
) -> None:
    page = visit(full_library)
    press_at(page.table.lines, 60, row_y(page, 0), "<Button-1>", "<ButtonRelease-1>")
    click_button(page.footer.correct)
    dialog = dialog_of()
    dialog.field.write("zydeco")
    press(dialog, "<Escape>")
    assert not dialog.is_open and column(page, "yours")[0] == ""
    click_button(page.footer.correct)
    assert dialog.field.text == ""
    dialog.field.write("zydeco")
    click_button(dialog.save)
    full_library.wait_until(lambda: column(page, "yours")[0] == "Zydeco", "the correction is shown")
    page.presenter.choose_part(Part.CORRECTED)
    wait_for_rows(full_library, page)
    assert page.count.full_text == "1 song"


def test_menu_of_a_song_opens_by_mouse_and_by_key(full_library: WindowUser) -> None:
    page = visit(full_library)
    press_at(page.table.lines, 60, row_y(page, 3), "<Button-3>")
    assert page.table.chosen == make_track(N_TRACKS - 3)
    assert [name.strip() for name in page.menu.names] == ["Open in Identify", "Correct the genre…"]
    page.menu.unpost()
    press_at(page.table.lines, 60, row_y(page, 7), "<Button-1>", "<ButtonRelease-1>")
    take_keyboard(page.table.lines)
    press(page.table.lines, "<Shift-F10>")
    assert [name.strip() for name in page.menu.names] == ["Open in Identify", "Try again"]
    page.menu.unpost()


def test_song_is_opened_in_identify(full_library: WindowUser, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visit(full_library)
    given: list[str] = []
    monkeypatch.setattr(IdentifyPage, "take_names", lambda self, names: given.extend(names) or True)
    press_at(page.table.lines, 60, row_y(page, 1), *2 * ("<Button-1>", "<ButtonRelease-1>"))
    assert full_library.window.pages.current.page_id == "identify"
    full_library.window.navigate(LibraryPage.page_id)
    take_keyboard(page.table.lines)
    press(page.table.lines, "<Return>")
    assert given == [make_track(N_TRACKS - 1).path] * 2


def test_listed_songs_are_exported(full_library: WindowUser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visit(full_library)
    page.presenter.narrow(label="jazz")
    wait_for_rows(full_library, page)
    monkeypatch.setattr("tkinter.filedialog.asksaveasfilename", lambda **options: str(tmp_path / "jazz.json"))
    page.export.menu.invoke(1)
    full_library.wait_until(lambda: "jazz.json" in full_library.window.notice.text, "it says so")
    assert {track["label"] for track in json.loads((tmp_path / "jazz.json").read_text())} == {"jazz"}
    page.presenter.show_all()
    monkeypatch.setattr("tkinter.filedialog.askdirectory", lambda **options: str(tmp_path))
    page.export.menu.invoke(2)
    full_library.wait_until(lambda: "10 playlists" in full_library.window.notice.text, "it says so")
    assert (tmp_path / "Genrescope – Hip-hop.m3u8").read_text().startswith("#EXTM3U")
    monkeypatch.setattr("tkinter.filedialog.asksaveasfilename", lambda **options: str(tmp_path / "no" / "such.csv"))
    page.export.menu.invoke(0)
    full_library.wait_until(lambda: "could not be written" in full_library.window.notice.text, "it says why not")


def test_empty_library_invites_a_folder(empty_library: WindowUser, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visit(empty_library)
    empty_library.wait_until(lambda: page.message.message.action == ADD_FOLDER, "the invitation")
    assert not page.filter_bar.winfo_ismapped()
    monkeypatch.setattr("tkinter.filedialog.askdirectory", lambda **options: "/music/Everything")
    click_button(page.message.button)
    empty_library.wait_until(lambda: bool(songs(page)), "the first songs")
    assert page.filter_bar.winfo_ismapped()


def test_what_cannot_be_read_is_said_and_tried_again(full_library: WindowUser) -> None:
    page = visit(full_library)
    page.presenter.narrow(text="fail")
    full_library.wait_until(lambda: "the disk is full" in full_library.window.notice.text, "the reason")


def test_failed_engine_is_explained(idle_user: WindowUser) -> None:
    idle_user.window.handle_launcher_message(LauncherMessage(api_state="failed", detail="There is no model."))
    page = idle_user.window.navigate(LibraryPage.page_id)
    idle_user.window.update()
    assert isinstance(page, LibraryPage)
    # Where songs are listed already, they stay, and the bar above tells what is wrong.
    assert page.presenter.rows.total or page.message.message.is_error
    assert "There is no model." in idle_user.window.notice.text


def test_keys_reach_search_and_help_lists_them(full_library: WindowUser) -> None:
    page = visit(full_library)
    take_keyboard(page.table.lines)
    press(page.table.lines, "<Control-f>")
    assert full_library.window.focus_get() is page.filter_bar.search.line
    full_library.window.show_help()
    assert full_library.window.help_dialog is not None
    listed = dict(full_library.window.help_dialog.lines["Within a page"])
    full_library.window.help_dialog.close()
    assert {"F2", "Enter", "Ctrl+F", "Ctrl+E", "S  R"} <= set(listed)
