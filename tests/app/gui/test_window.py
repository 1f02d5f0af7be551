"""The real window on a real screen with a real API. Each test uses it as a person would."""

import os
import subprocess
import sys
import time
import tkinter
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from app.contract import LauncherMessage
from app.gui import theme
from app.gui.view import TrackState
from app.gui.waveform_view import HINT
from app.gui.window import MIN_HEIGHT, MIN_WIDTH
from tests.app.conftest import RunningApi, start_api, stop_api
from tests.app.gui.conftest import WindowUser, needs_display
from tests.sounds import encode_wav, make_tune, write_wav

pytestmark = needs_display

#: Longest time that Tk's thread may be away, in seconds. More is seen as stuttering.
MAX_GAP_S = 0.25


def write_broken(path: Path) -> Path:
    path.write_bytes(b"this is no sound at all" * 64)
    return path


def press(widget: tkinter.Misc, *events: str) -> None:
    widget.update()
    for event in events:
        widget.event_generate(event, x=5, y=5)
    widget.update()


def click_button(button: tkinter.Misc) -> None:
    """CustomTkinter's buttons act on release, on the canvas that they are drawn on."""
    press(button.winfo_children()[0], "<Enter>", "<Button-1>", "<ButtonRelease-1>")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="drops are made through the X server")
def test_real_drop_of_names_with_everything_in_them(user: WindowUser, tmp_path: Path) -> None:
    names = ["plain.wav", "with space.wav", "{braces} and }.wav", "Die schöne Müllerin 你好.wav", "a\"quote'.wav"]
    paths = [str(write_wav(tmp_path / name)) for name in names]
    paths.append(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.wav"))
    write_wav(Path(paths[-1]))
    command = [sys.executable, "-m", "tests.app.gui.xdnd_source", str(user.window.winfo_id()), *paths]
    source = subprocess.Popen(command)
    user.wait_until(lambda: source.poll() is not None, "the drop has ended")
    assert source.returncode == 0
    user.wait_until(lambda: len(user.rows) == len(paths), "the files are in the list")
    user.wait_until_done()
    assert list(user.answers) == [*names, r"caf\xe9.wav"]
    assert {row.state for row in user.rows} == {TrackState.DONE}


def test_drop_event_with_a_list_of_tcl(user: WindowUser, tmp_path: Path) -> None:
    names = ["with space.wav", "{braces} and }.wav", "Müller.wav", "back\\slash.wav"]
    paths = [str(write_wav(tmp_path / name)) for name in names if os.sep != "\\" or "\\" not in name]
    tk = user.window.tk
    for path in paths:
        tk.call("lappend", "::dropped", path)
    data = tk.eval("set ::dropped")
    tk.eval("unset ::dropped")
    assert user.window.drop.take(SimpleNamespace(data=data)) == "copy"
    user.wait_until(lambda: len(user.rows) == len(paths), "the files are in the list")
    user.wait_until_done()
    assert list(user.answers) == [Path(path).name for path in paths]


def test_browse_by_mouse_and_by_key(user: WindowUser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = [(str(write_wav(tmp_path / "one.wav")),), "", (str(write_wav(tmp_path / "two.wav")),)]
    asked = []

    def choose(**options: object) -> object:
        asked.append(options)
        return chosen.pop(0)

    monkeypatch.setattr("tkinter.filedialog.askopenfilenames", choose)
    click_button(user.window.empty.browse)
    user.wait_until(lambda: len(user.rows) == 1, "the first file is in the list")
    click_button(user.window.header.browse)
    user.window.focus_force()
    press(user.window, "<Control-o>")
    user.wait_until(lambda: len(user.rows) == 2, "the second file is in the list")
    user.wait_until_done()
    assert list(user.answers) == ["one.wav", "two.wav"]
    assert len(asked) == 3


def test_result_is_shown_in_words_bars_and_time(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "tune.wav", duration_s=30))
    texts = user.window.result.answer.texts
    assert texts["title"] == "tune.wav"
    assert texts["headline"] and texts["reason"]
    assert texts["format"].startswith("0:30 · ")
    shares = [float(share.split("\N{NO-BREAK SPACE}")[0]) for _, share in user.window.result.bars.texts]
    assert len(shares) > 1
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(100, abs=0.1 * len(shares))
    drawing = user.window.result.waveform.drawing
    assert len(drawing.find_withtag("waveform")) > 100
    assert len(drawing.find_withtag("segment")) >= 1
    assert user.window.model.facts["Device"] == "cpu"
    assert user.window.model.facts["Epoch"].isdigit()


def test_pointing_at_a_moment_tells_what_was_heard(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "tune.wav", duration_s=30))
    waveform = user.window.result.waveform
    assert waveform.readout == HINT
    waveform.drawing.event_generate("<Motion>", x=waveform.drawing.winfo_width() // 2, y=10)
    user.window.update()
    assert waveform.readout.startswith("0:1") and waveform.readout.endswith("%")
    assert waveform.drawing.find_withtag("mark")
    press(waveform.drawing, "<Leave>")
    assert waveform.readout == HINT


def test_bars_keep_their_widgets(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "one.wav"))
    before = user.window.result.bars.winfo_children()
    user.give(write_wav(tmp_path / "two.wav", seed=1))
    assert user.window.result.bars.winfo_children() == before


def test_broken_file_in_the_middle(user: WindowUser, tmp_path: Path) -> None:
    good = [write_wav(tmp_path / f"{name}.wav") for name in ("first", "last")]
    user.give(good[0], write_broken(tmp_path / "broken.mp3"), tmp_path / "missing.ogg", good[1])
    states = [row.state for row in user.rows]
    assert states == [TrackState.DONE, TrackState.FAILED, TrackState.FAILED, TrackState.DONE]
    user.choose(1)
    title, text = user.window.words.texts
    assert title == "broken.mp3" and "broken.mp3" in text
    user.screenshot("failed-light")
    user.choose(3)
    assert user.window.result.winfo_ismapped() and not user.window.words.winfo_ismapped()
    assert user.window.result.answer.texts["title"] == "last.wav"


def test_folder_gives_its_files_or_an_explanation(user: WindowUser, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    user.window.presenter.add_names([str(tmp_path / "empty")])
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
        user.window.presenter.add_names([str(write_wav(tmp_path / name)) for name in ("one.wav", "two.wav")])
        user.wait_until(lambda: bool(user.rows) and user.rows[0].state is TrackState.ANALYSING, "it is listening")
        first.process.kill()
        user.wait_until(lambda: user.chip == "Restarting…", "the loss is seen")
        assert {row.state for row in user.rows} == {TrackState.WAITING}
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


def test_failed_engine_is_told_until_it_is_over(idle_user: WindowUser, api: RunningApi) -> None:
    idle_user.window.handle_launcher_message(
        LauncherMessage(api_state="failed", detail="The analysis engine stopped three times in a row.")
    )
    assert idle_user.chip == "Failed"
    assert "three times" in idle_user.window.notice.text
    idle_user.screenshot("engine-failed-light")
    idle_user.connect(api.url)
    assert idle_user.window.notice.text == ""


def test_tk_is_never_blocked_while_files_are_analysed(user: WindowUser, tmp_path: Path) -> None:
    sound = encode_wav(make_tune(60))
    paths = [tmp_path / f"{index}.wav" for index in range(6)]
    for path in paths:
        path.write_bytes(sound)
    gaps: list[float] = []
    last = time.perf_counter()
    is_over = False

    def beat() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(now - last)
        last = now
        if not is_over:
            user.window.after(10, beat)

    user.window.after(10, beat)
    user.give(*paths)
    is_over = True
    user.live(0.05)
    assert len(gaps) > 10
    assert max(gaps) < MAX_GAP_S


def test_list_is_walked_with_the_arrow_keys(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "one.wav"), write_wav(tmp_path / "two.wav"), write_wav(tmp_path / "three.wav"))
    user.choose(0)
    tree = user.window.tracks.tree
    tree.focus_force()
    tree.focus(user.rows[0].track_id)
    press(tree, "<Down>")
    assert user.window.result.answer.texts["title"] == "two.wav"
    press(tree, "<Down>")
    assert user.window.result.answer.texts["title"] == "three.wav"


def test_tab_visits_everything_in_a_sensible_order(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "one.wav"))
    window = user.window
    expected = [
        window.header.switch,
        window.header.browse,
        window.tracks.clear_button,
        window.tracks.tree,
        window.result.waveform.drawing,
    ]
    tkinter.Frame.focus_force(window.header.switch)
    visited = [window.focus_get()]
    for _ in expected[1:]:
        press(visited[-1] or window, "<Tab>")
        visited.append(window.focus_get())
    assert visited == expected
    assert window.result.waveform.readout != HINT


def test_buttons_work_by_key(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "one.wav"))
    tkinter.Frame.focus_force(user.window.tracks.clear_button)
    press(user.window.tracks.clear_button, "<space>")
    assert user.rows == []
    assert user.window.empty.winfo_ismapped()


def test_appearance_is_chosen_by_key_and_colours_everything(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "one.wav"))
    switch = user.window.header.switch
    tkinter.Frame.focus_force(switch)
    for index in (0, 1):
        press(switch, "<Right>")
        drawing = user.window.result.waveform.drawing
        assert str(drawing.cget("background")) == theme.SURFACE_CONTAINER[index]
        bar = drawing.find_withtag("waveform")[0]
        assert theme.contrast(str(drawing.itemcget(bar, "fill")), theme.SURFACE_CONTAINER[index]) > 2


@pytest.mark.parametrize("size", [(MIN_WIDTH, MIN_HEIGHT), (1600, 1000)])
def test_nothing_is_cut_off_at_any_size(user: WindowUser, tmp_path: Path, size: tuple[int, int]) -> None:
    user.give(write_wav(tmp_path / "a name that is far too long for the place that it has in the list of files.wav"))
    user.window.geometry(f"{size[0]}x{size[1]}")
    user.live(0.3)
    cards = (user.window.result.answer, user.window.result.bars, user.window.result.waveform, user.window.tracks)
    parts = [part for card in (*cards, user.window.model) for part in card.winfo_children() if part.winfo_ismapped()]
    assert len(parts) > 30
    for part in parts:
        # Text that finds less room than it asks for is cut by Tk without a word.
        if part.winfo_class() == "Label" or part.winfo_class() == "Frame":
            assert part.winfo_width() >= min(part.winfo_reqwidth(), part.master.winfo_width() - 2 * theme.SPACE_3)
            assert part.winfo_height() >= part.winfo_reqheight()
        assert part.winfo_x() + part.winfo_width() <= part.master.winfo_width()
        assert part.winfo_y() + part.winfo_height() <= part.master.winfo_height()
    assert user.window.result.waveform.drawing.winfo_height() > 100


def test_screenshots_in_both_modes(idle_user: WindowUser, api: RunningApi, tmp_path: Path) -> None:
    """For people: tests/screenshots shows what the window looks like in each state."""
    window = idle_user.window
    for mode in ("light", "dark"):
        window.header.switch.choose(mode)
        idle_user.screenshot(f"empty-{mode}")
    window.presenter.add_names([str(write_wav(tmp_path / f"tune {index}.wav", 40, seed=index)) for index in range(4)])
    idle_user.wait_until(lambda: len(idle_user.rows) == 4, "the files are in the list")
    for mode in ("light", "dark"):
        window.header.switch.choose(mode)
        idle_user.screenshot(f"busy-{mode}")
    idle_user.connect(api.url)
    idle_user.give(write_broken(tmp_path / "broken.mp3"))
    idle_user.choose(0)
    for size in ("1180x780", f"{MIN_WIDTH}x{MIN_HEIGHT}"):
        window.geometry(size)
        for mode in ("light", "dark"):
            window.header.switch.choose(mode)
            idle_user.screenshot(f"result-{size}-{mode}")
    assert window.result.winfo_ismapped()
