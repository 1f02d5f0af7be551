"""Identify in the real window on a real screen with a real API. Each test uses it as a person would."""

from pathlib import Path

import psutil
import pytest

from app.gui.pages.identify.view import TrackState
from app.gui.widgets.waveform_view import HINT
from tests.app.conftest import start_api, stop_api
from tests.app.gui.conftest import WindowUser, needs_display
from tests.app.gui.hands import press, take_keyboard, write_broken
from tests.sounds import write_wav

pytestmark = needs_display


def test_result_is_shown_in_words_bars_and_time(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "tune.wav", duration_s=30))
    texts = user.identify.result.answer.texts
    assert texts["title"] == "tune.wav"
    assert texts["headline"] and texts["reason"]
    assert texts["format"].startswith("0:30 · ")
    shares = [float(share.split("\N{NO-BREAK SPACE}")[0]) for _, share in user.identify.result.bars.texts]
    assert len(shares) > 1
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(100, abs=0.1 * len(shares))
    drawing = user.identify.result.waveform.drawing
    assert len(drawing.find_withtag("waveform")) > 100
    assert len(drawing.find_withtag("segment")) >= 1
    assert user.identify.model.facts["Device"] == "cpu"
    assert user.identify.model.facts["Epoch"].isdigit()


def test_pointing_at_a_moment_tells_what_was_heard(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "tune.wav", duration_s=30))
    waveform = user.identify.result.waveform
    take_keyboard(user.window)
    assert waveform.readout == HINT
    waveform.drawing.event_generate("<Motion>", x=waveform.drawing.winfo_width() // 2, y=10)
    user.window.update()
    assert waveform.readout.startswith("0:1") and waveform.readout.endswith("%")
    assert waveform.drawing.find_withtag("mark")
    press(waveform.drawing, "<Leave>")
    assert waveform.readout == HINT


def test_bars_keep_their_widgets(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "one.wav"))
    before = user.identify.result.bars.winfo_children()
    user.give(write_wav(tmp_path / "two.wav", seed=1))
    assert user.identify.result.bars.winfo_children() == before


def test_broken_file_in_the_middle(user: WindowUser, tmp_path: Path) -> None:
    good = [write_wav(tmp_path / f"{name}.wav") for name in ("first", "last")]
    user.give(good[0], write_broken(tmp_path / "broken.mp3"), tmp_path / "missing.ogg", good[1])
    states = [row.state for row in user.rows]
    assert states == [TrackState.DONE, TrackState.FAILED, TrackState.FAILED, TrackState.DONE]
    user.choose(1)
    title, text = user.identify.words.texts
    assert title == "broken.mp3" and "broken.mp3" in text
    user.screenshot("failed-light")
    user.choose(3)
    assert user.identify.result.winfo_ismapped() and not user.identify.words.winfo_ismapped()
    assert user.identify.result.answer.texts["title"] == "last.wav"


def test_folder_gives_its_files_or_an_explanation(user: WindowUser, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    user.window.give([str(tmp_path / "empty")])
    user.wait_until(lambda: "empty" in user.window.notice.text, "the notice")
    write_wav(tmp_path / "inside.wav")
    user.give(tmp_path)
    assert list(user.answers) == ["inside.wav"]
    assert user.window.notice.text == ""


def test_killed_api_and_recovery_under_a_new_address(user: WindowUser, tmp_path: Path) -> None:
    first = start_api()
    second = None
    try:
        user.connect(first.url)
        # Held still, so that a prediction is certainly in flight when the process dies.
        psutil.Process(first.process.pid).suspend()
        user.window.give([str(write_wav(tmp_path / name)) for name in ("one.wav", "two.wav")])
        user.wait_until(lambda: bool(user.rows) and user.rows[0].state is TrackState.ANALYSING, "it is listening")
        first.process.kill()
        user.wait_until(lambda: user.chip == "Restarting…", "the loss is seen")
        user.wait_until(lambda: {row.state for row in user.rows} == {TrackState.WAITING}, "both wait for the next one")
        user.screenshot("restarting-light")
        second = start_api()
        assert second.url != first.url
        user.connect(second.url)
        user.wait_until_done()
        assert {row.state for row in user.rows} == {TrackState.DONE}
    finally:
        for api in (first, second):
            if api is not None:
                stop_api(api)


def test_list_is_walked_with_the_arrow_keys(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "one.wav"), write_wav(tmp_path / "two.wav"), write_wav(tmp_path / "three.wav"))
    user.choose(0)
    tree = user.identify.tracks.tree
    tree.focus_force()
    tree.focus(user.rows[0].track_id)
    press(tree, "<Down>")
    assert user.identify.result.answer.texts["title"] == "two.wav"
    press(tree, "<Down>")
    assert user.identify.result.answer.texts["title"] == "three.wav"


def test_buttons_work_by_key(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "one.wav"))
    take_keyboard(user.identify.tracks.clear_button)
    press(user.identify.tracks.clear_button, "<space>")
    assert user.rows == []
    assert user.identify.empty.winfo_ismapped()


def test_escape_stops_the_analysis_and_loses_nothing(user: WindowUser, tmp_path: Path) -> None:
    api = start_api()
    try:
        user.give(write_wav(tmp_path / "done.wav"))
        user.connect(api.url)
        # Held still, so that there is certainly something to stop.
        psutil.Process(api.process.pid).suspend()
        user.window.give([str(write_wav(tmp_path / name)) for name in ("one.wav", "two.wav")])
        user.wait_until(lambda: user.answers.get("one.wav") == "Analysing…", "it is listening")
        assert user.identify.tracks.cancel_button.winfo_ismapped()
        take_keyboard(user.window)
        press(user.window, "<Escape>")
        assert [row.state for row in user.rows] == [TrackState.DONE, TrackState.CANCELLED, TrackState.CANCELLED]
        assert "2 files were not identified" in user.window.notice.text
        assert user.identify.tracks.clear_button.winfo_ismapped()
        user.screenshot("identify-cancelled-light")
        psutil.Process(api.process.pid).resume()
        user.window.give([str(tmp_path / "one.wav")])
        user.wait_until(lambda: user.rows[1].state is TrackState.DONE, "the file that was given once more is done")
        assert user.rows[2].state is TrackState.CANCELLED
    finally:
        psutil.Process(api.process.pid).resume()
        stop_api(api)


def test_charts_can_be_copied_as_text(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "tune.wav", duration_s=30))
    result = user.identify.result
    take_keyboard(result.bars.copy_button)
    press(result.bars.copy_button, "<space>")
    genre, share = result.bars.texts[0]
    assert user.window.clipboard_get().splitlines()[0] == f"{genre} {share}"
    assert len(user.window.clipboard_get().splitlines()) == len(result.bars.texts)
    assert result.bars.copy_button.cget("text") == "Copied"
    take_keyboard(result.waveform.drawing)
    press(result.waveform.drawing, "<Control-c>")
    assert user.window.clipboard_get().startswith("0:00–")
