"""Hearing, seeing and keeping an answer, in the real window with a real API and a virtual sound card."""

import io
import json
import re
import time
from pathlib import Path

import psutil
import pytest
from mutagen import flac
from PIL import Image

from app.contract import Prediction
from app.gui.pages.identify.view import TrackState
from app.gui.pages.settings.page import SettingsPage
from app.gui.style import icons
from app.gui.widgets.waveform_view import HINT, WaveformView
from tests.app.conftest import RunningApi
from tests.app.gui.conftest import WindowUser, needs_display
from tests.app.gui.hands import click_button, press, press_keys, take_keyboard
from tests.app.gui.pages.identify.test_cover_art import RED, encode, flac_picture, picture
from tests.app.gui.playback.tones import heard_tones, silence_s, write_tones
from tests.sounds import write_wav
from tests.virtual_sound_card import VirtualSoundCard

pytestmark = needs_display


def waveform_of(user: WindowUser) -> WaveformView:
    return user.identify.result.waveform


def is_playing(user: WindowUser) -> bool:
    return waveform_of(user).play_button.icon is icons.PAUSE


def click(user: WindowUser, x_share: float, y: int) -> None:
    drawing = waveform_of(user).drawing
    x = round(x_share * drawing.winfo_width())
    for event in ("<ButtonPress-1>", "<ButtonRelease-1>"):
        drawing.event_generate(event, x=x, y=y)
    user.window.update()


def strip_y(user: WindowUser) -> int:
    drawing = waveform_of(user).drawing
    segment = drawing.coords(drawing.find_withtag("segment")[0])
    return round((segment[1] + segment[3]) / 2)


def playhead_x(user: WindowUser) -> float:
    drawing = waveform_of(user).drawing
    left, _, right, _ = drawing.coords(drawing.find_withtag("playhead")[0])
    return (left + right) / 2


def test_space_plays_and_pauses_wherever_the_keyboard_is(
    user: WindowUser, sound_card: VirtualSoundCard, tmp_path: Path
) -> None:
    user.give(write_tones(tmp_path / "tones.wav", (400, 2), (900, 20)))
    waveform = waveform_of(user)
    assert waveform.readout == HINT
    tree = user.identify.tracks.tree
    take_keyboard(tree)
    with sound_card.record() as heard:
        press(tree, "<space>")
        assert is_playing(user)
        user.wait_until(lambda: waveform.drawing.position_s > 2.6, "the second tone is heard")
        assert 0.02 * waveform.drawing.winfo_width() < playhead_x(user) < 0.5 * waveform.drawing.winfo_width()
        assert waveform.readout.startswith("0:02 · ")
        user.screenshot("identify-playing-light")
        press(tree, "<space>")
        assert not is_playing(user)
        user.live(1)
    assert heard_tones(heard[0]) == [400, 900]
    assert silence_s(heard[0]) > 0.5
    # A button that has the keyboard is pressed, and nothing else happens.
    take_keyboard(user.identify.result.bars.copy_button)
    press(user.identify.result.bars.copy_button, "<space>")
    assert user.identify.result.bars.copy_button.cget("text") == "Copied" and not is_playing(user)
    take_keyboard(waveform.play_button)
    press(waveform.play_button, "<space>")
    assert is_playing(user)
    press(waveform.play_button, "<space>")
    assert not is_playing(user)


def test_clicking_a_stretch_plays_that_stretch_alone(
    user: WindowUser, sound_card: VirtualSoundCard, tmp_path: Path
) -> None:
    user.give(write_wav(tmp_path / "tune.wav", duration_s=8))
    waveform = waveform_of(user)
    timeline = waveform.drawing.timeline
    assert timeline is not None
    first = timeline.segments[0]
    with sound_card.record() as heard:
        click(user, 0.02, strip_y(user))
        assert is_playing(user)
        user.wait_until(lambda: not is_playing(user), "the stretch has ended")
    assert waveform.drawing.position_s == pytest.approx(first.end_s, abs=0.02)
    assert abs(heard[0]).max() > 0.2
    user.window.focus_force()
    click_button(user.identify.result.answer.hear_why)
    assert is_playing(user)
    press(user.window, "<space>")
    assert not is_playing(user)


def test_scrubbing_by_mouse_and_by_keys(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "tune.wav", duration_s=30))
    drawing = waveform_of(user).drawing
    width = drawing.winfo_width()
    drawing.event_generate("<ButtonPress-1>", x=10, y=10)
    drawing.event_generate("<B1-Motion>", x=width // 2, y=10)
    drawing.event_generate("<ButtonRelease-1>", x=width // 2, y=10)
    user.window.update()
    assert drawing.position_s == pytest.approx(15, abs=0.1) and not is_playing(user)
    assert playhead_x(user) == pytest.approx(width / 2, abs=2)
    take_keyboard(drawing)
    press(drawing, "<Right>", "<Right>", "<Left>")
    assert drawing.position_s == pytest.approx(15.6, abs=0.1)
    press(drawing, "<Home>")
    assert drawing.position_s == 0
    timeline = drawing.timeline
    assert timeline is not None
    press(drawing, "<Shift-Right>")
    assert drawing.position_s == timeline.segments[1].start_s
    press(drawing, "<Shift-Left>", "<End>")
    assert drawing.position_s == pytest.approx(30, abs=0.01)


def test_zooming_by_wheel_and_by_keys(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "tune.wav", duration_s=60))
    drawing = waveform_of(user).drawing
    assert not drawing.find_withtag("loupe")
    middle = drawing.winfo_width() // 2
    for _ in range(6):
        drawing.event_generate("<Button-4>", x=middle, y=10)
    user.window.update()
    assert drawing.axis.sight_s == pytest.approx(60 / 1.25**6)
    assert drawing.axis.time_at(middle, drawing.winfo_width()) == pytest.approx(30, abs=0.1)
    assert drawing.find_withtag("loupe")
    user.wait_until(lambda: bool(drawing.timeline and drawing.timeline.fine_peaks), "finer peaks have come")
    user.screenshot("identify-zoomed-light")
    start_s = drawing.axis.start_s
    drawing.event_generate("<Button-5>", x=middle, y=10, state=1)
    user.window.update()
    assert drawing.axis.start_s > start_s
    take_keyboard(drawing)
    press(drawing, "<Key-0>")
    assert not drawing.axis.is_zoomed
    press(drawing, "<plus>", "<plus>")
    assert drawing.axis.sight_s == pytest.approx(60 / 1.5**2)
    press(drawing, "<minus>")
    assert drawing.axis.sight_s == pytest.approx(60 / 1.5)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_spectrogram_on_demand(user: WindowUser, tmp_path: Path, mode: str) -> None:
    user.window.preferences.change(theme=mode)
    user.give(write_tones(tmp_path / "tones.wav", (500, 10), (4000, 10)))
    waveform = waveform_of(user)
    take_keyboard(waveform.kinds)
    press(waveform.kinds, "<Right>")
    drawing = waveform.drawing
    assert drawing.find_withtag("waiting") and not drawing.find_withtag("waveform")
    user.wait_until(lambda: bool(drawing.find_withtag("spectrogram")), "the spectrogram is there")
    user.screenshot(f"identify-spectrogram-{mode}")
    seen = user.grab(drawing).convert("L")
    height = waveform.drawing.picture_height

    def contrast(x_share: float, y_share: float) -> int:
        ground, spot = seen.getpixel((seen.width // 2 + 40, 4)), 0
        for y in range(int((y_share - 0.03) * height), int((y_share + 0.03) * height)):
            pixel = seen.getpixel((int(x_share * seen.width), y))
            assert isinstance(pixel, int) and isinstance(ground, int)
            spot = max(spot, abs(pixel - ground))
        return spot

    # 500 Hz is low and comes first, 4 kHz is high and comes last.
    assert contrast(0.3, 0.80) > 60 and contrast(0.3, 0.30) < 20
    assert contrast(0.8, 0.29) > 60 and contrast(0.8, 0.80) < 20
    take_keyboard(drawing)
    press(drawing, "<Control-c>")
    text = user.window.clipboard_get().replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(r"loudest at (4[6-9]0|5[0-4]0) Hz", text)
    assert re.search(r"loudest at (3\.9|4|4\.1) kHz", text)
    press(drawing, "<plus>")
    user.wait_until(lambda: bool(drawing.find_withtag("spectrogram")), "the closer look is there")
    take_keyboard(waveform.kinds)
    press(waveform.kinds, "<Left>")
    assert drawing.find_withtag("waveform") and not drawing.find_withtag("spectrogram")


def test_file_that_is_gone_leaves_its_answer_and_says_so(user: WindowUser, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "tune.wav")
    user.give(path)
    path.unlink()
    waveform = waveform_of(user)
    waveform.show_kind("spectrogram")
    user.wait_until(lambda: "There is no file" in user.window.notice.text, "it is said")
    assert waveform.kinds.value == "waveform" and waveform.drawing.find_withtag("waveform")
    assert user.identify.result.answer.texts["title"] == "tune.wav"


def test_without_a_sound_card_the_page_goes_on(user: WindowUser, no_sound_card: None, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "tune.wav"))
    take_keyboard(user.window)
    press(user.window, "<space>")
    user.wait_until(lambda: "No sound card was found" in user.window.notice.text, "it is said")
    assert not is_playing(user)
    user.screenshot("identify-no-sound-card-light")
    user.give(write_wav(tmp_path / "two.wav", seed=1))
    assert user.identify.result.answer.texts["title"] == "two.wav"


def test_a_card_that_is_pulled_out(user: WindowUser, sound_card: VirtualSoundCard, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "tune.wav", duration_s=30))
    click(user, 0.2, 10)
    user.wait_until(lambda: waveform_of(user).drawing.position_s > 6.4, "it plays")
    sound_card.stop()
    user.wait_until(lambda: "The sound card went away" in user.window.notice.text, "it is said")
    assert not is_playing(user)
    sound_card.start()
    click(user, 0.5, 10)
    user.wait_until(lambda: waveform_of(user).drawing.position_s > 15.4, "it plays again")
    assert user.window.notice.text == ""


def test_leaving_the_track_or_the_page_is_silent(
    user: WindowUser, sound_card: VirtualSoundCard, tmp_path: Path
) -> None:
    user.give(write_wav(tmp_path / "one.wav", duration_s=20), write_wav(tmp_path / "two.wav", duration_s=20))
    click(user, 0.2, 10)
    assert is_playing(user)
    user.choose(0)
    assert not is_playing(user) and waveform_of(user).drawing.position_s == 0
    click(user, 0.2, 10)
    user.wait_until(lambda: waveform_of(user).drawing.position_s > 4.2, "it plays")
    user.window.navigate(SettingsPage.page_id)
    assert not is_playing(user)
    take_keyboard(user.window)
    press(user.window, "<space>")
    assert not is_playing(user)


def test_who_listens_is_not_taken_elsewhere(
    user: WindowUser, api: RunningApi, sound_card: VirtualSoundCard, tmp_path: Path
) -> None:
    paths = [write_wav(tmp_path / "one.wav", duration_s=20), write_wav(tmp_path / "two.wav", duration_s=240)]
    user.window.give([str(path) for path in paths])
    user.wait_until(lambda: bool(user.rows) and user.rows[0].state is TrackState.DONE, "the first one is done")
    engine = psutil.Process(api.process.pid)
    # Held still, so that the second one is certainly done only after listening has begun.
    engine.suspend()
    try:
        assert user.rows[1].state is TrackState.ANALYSING
        click(user, 0.1, 10)
    finally:
        engine.resume()
    user.wait_until_done()
    assert user.identify.result.answer.texts["title"] == "one.wav" and is_playing(user)


def test_cover_of_the_record(user: WindowUser, tmp_path: Path) -> None:
    path = encode(tmp_path / "song.flac", "flac")
    file = flac.FLAC(path)
    file["title"], file["artist"] = "A song", "A band"
    file.add_picture(flac_picture(picture(RED, (600, 600))))
    file.save()
    user.give(path)
    cover = user.identify.result.answer.cover
    user.wait_until(cover.winfo_ismapped, "the cover is there")
    user.screenshot("identify-cover-light")
    middle = user.grab(cover).convert("RGB").getpixel((cover.winfo_width() // 2, cover.winfo_height() // 2))
    assert isinstance(middle, tuple) and middle[0] > 150 and middle[2] < 90
    user.give(write_wav(tmp_path / "plain.wav"))
    assert not cover.winfo_ismapped()


def test_whole_answer_is_copied(user: WindowUser, tmp_path: Path) -> None:
    user.give(write_wav(tmp_path / "tune.wav", duration_s=30))
    answer = user.identify.result.answer
    take_keyboard(answer.copy_button)
    press(answer.copy_button, "<space>")
    text = user.window.clipboard_get()
    assert answer.copy_button.cget("text") == "Copied"
    for part in (answer.texts["title"], answer.texts["headline"], answer.texts["reason"], "0:00–", "Model: "):
        assert part in text


def test_saving_as_picture_and_as_data(user: WindowUser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user.give(write_wav(tmp_path / "tune.wav", duration_s=30))
    targets = [str(tmp_path / "report.png"), str(tmp_path / "report.json"), "", str(tmp_path / "no" / "folder.png")]
    asked = []

    def ask(**options: object) -> str:
        asked.append(options["initialfile"])
        return targets.pop(0)

    monkeypatch.setattr("tkinter.filedialog.asksaveasfilename", ask)
    menu = user.identify.result.answer.save_button.menu
    menu.invoke(0)
    user.wait_until(lambda: user.window.notice.text == "Saved as “report.png”.", "it is said")
    assert Image.open(io.BytesIO((tmp_path / "report.png").read_bytes())).size == (1240, 1754)
    menu.invoke(1)
    user.wait_until(lambda: user.window.notice.text == "Saved as “report.json”.", "it is said")
    saved = json.loads((tmp_path / "report.json").read_text())
    assert Prediction.model_validate(saved).metadata.file_name == "tune.wav"
    menu.invoke(0)
    assert user.window.notice.text == "Saved as “report.json”."
    menu.invoke(0)
    user.wait_until(lambda: "No such file or directory" in user.window.notice.text, "the failure is said")
    assert asked == ["tune – genre.png", "tune – genre.json", "tune – genre.png", "tune – genre.png"]


def test_menu_is_opened_and_walked_by_key(user: WindowUser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user.give(write_wav(tmp_path / "tune.wav"))
    asked = []
    monkeypatch.setattr("tkinter.filedialog.asksaveasfilename", lambda **options: asked.append(options["filetypes"]))
    button = user.identify.result.answer.save_button
    take_keyboard(button)
    press(button, "<space>")
    user.wait_until(button.menu.winfo_ismapped, "the menu is open")
    user.screenshot("identify-menu-light")
    press(button.menu, "<Down>", "<Return>")
    user.wait_until(lambda: bool(asked), "the choice was made")
    assert asked == [[("Data", "*.json")]]


def test_one_file_is_taken_out_by_key(user: WindowUser, tmp_path: Path) -> None:
    paths = [write_wav(tmp_path / name) for name in ("one.wav", "two.wav", "three.wav")]
    user.give(*paths)
    user.choose(1)
    tree = user.identify.tracks.tree
    take_keyboard(tree)
    press(tree, "<Delete>")
    assert list(user.answers) == ["one.wav", "three.wav"] and all(path.exists() for path in paths)
    assert user.identify.result.answer.texts["title"] == "three.wav"
    press(tree, "<Delete>")
    assert user.identify.result.answer.texts["title"] == "one.wav"
    press(tree, "<Delete>")
    assert user.rows == [] and user.identify.empty.winfo_ismapped()


def test_window_breathes_while_it_plays_zooms_and_computes(
    user: WindowUser, sound_card: VirtualSoundCard, tmp_path: Path
) -> None:
    user.give(write_wav(tmp_path / "tune.wav", duration_s=240))
    waveform = waveform_of(user)
    took: list[float] = []

    def do(action: str) -> None:
        started = time.thread_time()
        press(waveform.drawing, action)
        took.append(time.thread_time() - started)

    take_keyboard(waveform.drawing)
    do("<space>")
    waveform.show_kind("spectrogram")
    for action in ("<plus>", "<Right>", "<plus>", "<Shift-Right>", "<minus>", "<Key-0>", "<Home>"):
        do(action)
        user.live(0.1)
    user.wait_until(lambda: bool(waveform.drawing.find_withtag("spectrogram")), "the spectrogram is there")
    waveform.show_kind("waveform")
    do("<plus>")
    do("<space>")
    press_keys(user.window, "<Escape>")
    assert max(took) < 0.05, took
