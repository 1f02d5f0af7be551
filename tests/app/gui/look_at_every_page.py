"""A window at its smallest size that visits every page and tells which text has less room than it needs.

Run as ``python -m tests.app.gui.look_at_every_page API_URL FOLDER_OF_FILES FOLDER_OF_SCREENSHOTS``.
"""

import json
import os
import sys
import time
import tkinter
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import ImageGrab

from app.contract import LauncherMessage
from app.gui.main import create_window
from app.gui.pages.identify.page import IdentifyPage
from app.gui.pages.registry import PAGES
from app.gui.shell.window import MIN_HEIGHT, MIN_WIDTH, MainWindow
from app.gui.style.scaling import widget_scaling


def main(url: str, folder: Path, screenshots: Path) -> None:
    window = create_window("token")
    window.geometry(f"{MIN_WIDTH}x{MIN_HEIGHT}+0+0")
    window.handle_launcher_message(LauncherMessage(api_state="ready", api_url=url))
    window.give([str(path) for path in folder.glob("*.wav")])
    identify = window.pages.get(IdentifyPage)
    live_until(window, lambda: bool(identify.result.winfo_ismapped()))
    n_texts, cut_off = 0, []
    scaling = widget_scaling(window)
    for page in PAGES:
        window.navigate(page.page_id)
        live(window, 0.5)
        found = [*find_texts(window)]
        n_texts += len(found)
        cut_off += [describe(widget) for widget in found if is_cut_off(widget)]
        screenshots.mkdir(exist_ok=True)
        picture = ImageGrab.grab(xdisplay=os.environ["DISPLAY"])
        size = (window.winfo_width(), window.winfo_height())
        picture.crop((0, 0, *size)).save(screenshots / f"{page.page_id}-{round(100 * scaling)}-percent.png")
    print(json.dumps({"scaling": scaling, "n_texts": n_texts, "cut_off": cut_off}))
    window.close()


def live(window: MainWindow, duration_s: float) -> None:
    deadline = time.monotonic() + duration_s
    live_until(window, lambda: time.monotonic() > deadline)


def live_until(window: MainWindow, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        window.update()
        time.sleep(0.005)


def find_texts(widget: tkinter.Misc) -> Iterator[tkinter.Misc]:
    """Everything in sight that says something."""
    for child in tkinter.Misc.winfo_children(widget):
        if child.winfo_class() == "Label" and child.winfo_viewable() and child.cget("text"):
            yield child
        yield from find_texts(child)


def is_cut_off(label: tkinter.Misc) -> bool:
    """Whether a label has less room than its text asks for, or lies partly beyond any of its parents."""
    if label.winfo_width() < label.winfo_reqwidth() or label.winfo_height() < label.winfo_reqheight():
        return True
    left, top = label.winfo_rootx(), label.winfo_rooty()
    right, bottom = left + label.winfo_width(), top + label.winfo_height()
    parent = label.master
    while parent is not None:
        # What a canvas holds can be scrolled to.
        if parent.winfo_class() == "Canvas" and parent.winfo_reqheight() == 1:
            return False
        x, y = parent.winfo_rootx(), parent.winfo_rooty()
        if left < x or top < y or right > x + parent.winfo_width() or bottom > y + parent.winfo_height():
            return True
        parent = parent.master
    return False


def describe(label: tkinter.Misc) -> str:
    has, needs = (label.winfo_width(), label.winfo_height()), (label.winfo_reqwidth(), label.winfo_reqheight())
    return f"“{label.cget('text')}” has {has} and needs {needs}: {label}"


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
