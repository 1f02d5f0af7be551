"""History in the real window. Each test uses it as a person would."""

import json
from pathlib import Path

import pytest

from app.gui.pages.history.page import HistoryPage
from app.gui.pages.identify.page import IdentifyPage
from app.gui.widgets.correction_dialog import CorrectionDialog
from tests.app.gui.conftest import WindowUser, needs_display
from tests.app.gui.fake_library import N_TRACKS, make_track
from tests.app.gui.hands import click_button, press, take_keyboard
from tests.sounds import write_wav

pytestmark = needs_display


def visit(user: WindowUser) -> HistoryPage:
    user.window.navigate(HistoryPage.page_id)
    page = user.window.pages.get(HistoryPage)
    user.wait_until(lambda: page.is_built, "the parts are there")
    page.presenter.show_all()
    user.wait_until(lambda: page.presenter.rows.total is not None, "the first answer")
    wait_for_rows(user, page)
    page.table.go_to_top()
    return page


def wait_for_rows(user: WindowUser, page: HistoryPage) -> None:
    user.wait_until(lambda: not page.presenter.rows.is_asking, "the rows are there")
    user.window.update()


def songs(page: HistoryPage) -> list[str]:
    return [texts[0] for texts in page.table.texts]


def choose(page: HistoryPage, index: int) -> None:
    take_keyboard(page.table.lines)
    page.table.choose(index)
    page.update()


def test_newest_is_first_and_the_chosen_one_is_told_of(full_library: WindowUser) -> None:
    page = visit(full_library)
    newest = make_track(N_TRACKS)
    assert songs(page)[0] == f"{newest.artist} – {newest.title}"
    choose(page, 0)
    assert page.details.texts["title"] == newest.title
    assert page.details.texts["answer"] == "Probably blues · 20\N{NO-BREAK SPACE}%"
    assert page.details.facts["Model"] == "gtzan" and page.details.facts["Folder"] == "/music/Clara Holm"
    choose(page, 7)
    assert page.details.texts["answer"] == "Could not be identified"
    assert "could not be read as audio" in page.details.texts["note"]
    assert not page.details.find_similar.winfo_ismapped()


def test_search_finds_and_escape_shows_all_again(full_library: WindowUser) -> None:
    page = visit(full_library)
    press(page.table.lines, "<Control-f>")
    take_keyboard(page.search.line)
    for letter in "oda":
        press(page.search.line, f"<Key-{letter}>")
    full_library.wait_until(lambda: page.presenter.filters.text == "oda", "the search begins")
    wait_for_rows(full_library, page)
    assert songs(page) and all(song.startswith("Oda") or "flac" in song for song in songs(page))
    press(page.search.line, "<Escape>")
    wait_for_rows(full_library, page)
    assert page.count.full_text == "60 songs"


def test_search_without_a_match_offers_all(full_library: WindowUser) -> None:
    page = visit(full_library)
    page.presenter.search("there is no such song")
    full_library.wait_until(lambda: page.message.message.title == "Nothing matches", "it says so")
    click_button(page.message.button)
    wait_for_rows(full_library, page)
    assert songs(page)


def test_similar_songs_are_found_and_opened(full_library: WindowUser, monkeypatch: pytest.MonkeyPatch) -> None:
    page = visit(full_library)
    choose(page, 2)
    press(page.table.lines, "<Control-l>")
    full_library.wait_until(lambda: bool(page.details.similar.texts), "similar songs")
    nearest = make_track(N_TRACKS - 3)
    assert page.details.similar.texts[0] == (f"{nearest.artist} – {nearest.title}", "0.97")
    given: list[str] = []
    monkeypatch.setattr(IdentifyPage, "take_names", lambda self, names: given.extend(names) or True)
    take_keyboard(page.details.similar.tree)
    press(page.details.similar.tree, "<Return>")
    assert given == [nearest.path]
    full_library.window.navigate(HistoryPage.page_id)
    choose(page, 3)
    assert page.details.similar.texts == []


def test_entry_is_deleted_after_a_second_press(full_library: WindowUser) -> None:
    page = visit(full_library)
    choose(page, 1)
    gone, next_one = songs(page)[1:3]
    press(page.table.lines, "<Delete>")
    assert page.details.remove.cget("text") == "Really delete?"
    press(page.table.lines, "<Escape>")
    assert page.details.remove.cget("text") == "Delete"
    press(page.table.lines, "<Delete>", "<Delete>")
    full_library.wait_until(lambda: gone not in songs(page), "it is gone")
    assert "no longer in the history" in full_library.window.notice.text
    assert page.details.texts["title"] in next_one
    assert page.count.full_text == "59 songs"


def test_correction_is_made_shown_and_exported(
    full_library: WindowUser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit(full_library)
    choose(page, 0)
    click_button(page.details.correct)
    windows = full_library.window.winfo_children()
    dialog = next(child for child in windows if isinstance(child, CorrectionDialog))
    dialog.field.write("Hip-hop")
    click_button(dialog.save)
    full_library.wait_until(lambda: page.details.facts.get("You say") == "Hip-hop", "the correction is shown")
    assert page.table.texts[0][2] == "Hip-hop"
    monkeypatch.setattr("tkinter.filedialog.asksaveasfilename", lambda **options: str(tmp_path / "mine.json"))
    click_button(page.export)
    full_library.wait_until(lambda: "mine.json" in full_library.window.notice.text, "it says so")
    exported = json.loads((tmp_path / "mine.json").read_text())
    # A known genre by its title is that genre.
    assert [item["track"]["corrected_label"] for item in exported] == ["hiphop"]


def test_what_identify_was_given_is_in_the_history_with_what_sounds_alike(user: WindowUser, tmp_path: Path) -> None:
    # The same sound twice: nothing else that the engine has heard so far can be more like it.
    user.give(*[write_wav(tmp_path / f"heard {index}.wav", 4, seed=77) for index in range(2)])
    page = visit(user)
    page.presenter.search(str(tmp_path))
    wait_for_rows(user, page)
    user.wait_until(lambda: songs(page) == ["heard 1.wav", "heard 0.wav"], "both are listed")
    choose(page, 0)
    click_button(page.details.find_similar)
    user.wait_until(lambda: "heard 0.wav" in dict(page.details.similar.texts), "the other one sounds alike")
    take_keyboard(page.table.lines)
    press(page.table.lines, "<Delete>", "<Delete>")
    user.wait_until(lambda: songs(page) == ["heard 0.wav"], "it is gone")


def test_answer_is_corrected_in_identify(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "wrong.wav", 4, seed=5))
    click_button(user.identify.result.answer.correct)
    user.wait_until(lambda: isinstance(user.window.grab_current(), CorrectionDialog), "it is asked")
    dialog = user.window.grab_current()
    assert isinstance(dialog, CorrectionDialog)
    dialog.field.write("Fado")
    click_button(dialog.save)
    user.wait_until(lambda: "is fado from now on" in user.window.notice.text, "it says so")
    page = visit(user)
    page.presenter.search(str(tmp_path))
    user.wait_until(lambda: [texts[2] for texts in page.table.texts] == ["Fado"], "the correction is shown")


def test_nothing_identified_yet(empty_library: WindowUser) -> None:
    page = visit(empty_library)
    empty_library.wait_until(lambda: page.message.message.title == "Nothing was identified yet", "it says so")
    assert page.details.texts["title"] == "No song is chosen"
    click_button(page.message.button)
    assert empty_library.window.pages.current.page_id == "identify"
