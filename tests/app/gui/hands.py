"""What a person does to widgets, and files that are no music."""

import tkinter
from pathlib import Path


def write_broken(path: Path) -> Path:
    path.write_bytes(b"this is no sound at all" * 64)
    return path


def press(widget: tkinter.Misc, *events: str) -> None:
    widget.update()
    for event in events:
        widget.event_generate(event, x=5, y=5)
    widget.update()


def press_keys(window: tkinter.Misc, *events: str) -> None:
    """Wherever the keyboard is."""
    focused = window.focus_get()
    assert focused is not None, "nothing has the keyboard"
    press(focused, *events)


def click_button(button: tkinter.Misc) -> None:
    """CustomTkinter's buttons act on release, on the canvas that they are drawn on."""
    press(button.winfo_children()[0], "<Enter>", "<Button-1>", "<ButtonRelease-1>")


def take_keyboard(widget: tkinter.Misc) -> None:
    """Without a window manager the screen gives the keyboard to nobody by itself."""
    window = widget.winfo_toplevel()
    window.focus_force()
    # Rings are shown to those who use keys.
    press(window, "<Shift_L>")
    tkinter.Misc.focus_force(widget)
    widget.update()
