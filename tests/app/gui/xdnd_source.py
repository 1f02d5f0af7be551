"""A program that drops files on a window, as a file manager does: by the XDND protocol, through the X server.

Run as ``python -m tests.app.gui.xdnd_source WINDOW_ID FILE…``. Exits with 0 when the window has taken the drop.
Specification: https://www.freedesktop.org/wiki/Specifications/XDND/
"""

import ctypes
import os
import sys
import time
from collections.abc import Sequence
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_ulong, c_void_p
from urllib.parse import quote

CLIENT_MESSAGE, SELECTION_REQUEST, SELECTION_NOTIFY = 33, 30, 31
XDND_VERSION = 5
TIMEOUT_S = 20
#: Where on the screen the pointer pretends to be, relative to the window.
OFFSET = 200


class ClientMessage(ctypes.Structure):
    _fields_ = (
        ("type", c_int),
        ("serial", c_ulong),
        ("send_event", c_int),
        ("display", c_void_p),
        ("window", c_ulong),
        ("message_type", c_ulong),
        ("format", c_int),
        ("data", c_long * 5),
    )


class SelectionRequest(ctypes.Structure):
    _fields_ = (
        ("type", c_int),
        ("serial", c_ulong),
        ("send_event", c_int),
        ("display", c_void_p),
        ("owner", c_ulong),
        ("requestor", c_ulong),
        ("selection", c_ulong),
        ("target", c_ulong),
        ("property", c_ulong),
        ("time", c_ulong),
    )


class SelectionNotify(ctypes.Structure):
    _fields_ = (
        ("type", c_int),
        ("serial", c_ulong),
        ("send_event", c_int),
        ("display", c_void_p),
        ("requestor", c_ulong),
        ("selection", c_ulong),
        ("target", c_ulong),
        ("property", c_ulong),
        ("time", c_ulong),
    )


class Event(ctypes.Union):
    _fields_ = (
        ("type", c_int),
        ("client", ClientMessage),
        ("request", SelectionRequest),
        ("notify", SelectionNotify),
        ("padding", c_long * 24),
    )


def load_x11() -> ctypes.CDLL:
    x11 = ctypes.CDLL("libX11.so.6")
    signatures = {
        "XOpenDisplay": (c_void_p, [c_char_p]),
        "XDefaultRootWindow": (c_ulong, [c_void_p]),
        "XCreateSimpleWindow": (c_ulong, [c_void_p, c_ulong, *[c_int] * 5, c_ulong, c_ulong]),
        "XInternAtom": (c_ulong, [c_void_p, c_char_p, c_int]),
        "XSetSelectionOwner": (c_int, [c_void_p, c_ulong, c_ulong, c_ulong]),
        "XSendEvent": (c_int, [c_void_p, c_ulong, c_int, c_long, POINTER(Event)]),
        "XNextEvent": (c_int, [c_void_p, POINTER(Event)]),
        "XPending": (c_int, [c_void_p]),
        "XFlush": (c_int, [c_void_p]),
        "XFree": (c_int, [c_void_p]),
        "XQueryTree": (
            c_int,
            [c_void_p, c_ulong, POINTER(c_ulong), POINTER(c_ulong), POINTER(c_void_p), POINTER(ctypes.c_uint)],
        ),
        "XListProperties": (POINTER(c_ulong), [c_void_p, c_ulong, POINTER(c_int)]),
        "XTranslateCoordinates": (
            c_int,
            [c_void_p, c_ulong, c_ulong, c_int, c_int, POINTER(c_int), POINTER(c_int), POINTER(c_ulong)],
        ),
        "XChangeProperty": (c_int, [c_void_p, c_ulong, c_ulong, c_ulong, c_int, c_int, c_char_p, c_int]),
    }
    for name, (result, arguments) in signatures.items():
        getattr(x11, name).restype = result
        getattr(x11, name).argtypes = arguments
    return x11


class DragSource:
    def __init__(self, window: int, uris: bytes) -> None:
        self.x11 = load_x11()
        self.display = self.x11.XOpenDisplay(None)
        assert self.display, "no X display"
        self.root = self.x11.XDefaultRootWindow(self.display)
        self.source = self.x11.XCreateSimpleWindow(self.display, self.root, 0, 0, 1, 1, 0, 0, 0)
        self.target = self.find_aware_window(window)
        self.uris = uris

    def atom(self, name: str) -> int:
        return int(self.x11.XInternAtom(self.display, name.encode(), False))

    def find_aware_window(self, window: int) -> int:
        """The window itself or its nearest parent that takes drops."""
        aware = self.atom("XdndAware")
        while window and window != self.root:
            n_properties = c_int()
            properties = self.x11.XListProperties(self.display, window, byref(n_properties))
            if aware in properties[: n_properties.value]:
                return window
            root, parent, children, n_children = c_ulong(), c_ulong(), c_void_p(), ctypes.c_uint()
            arguments = (byref(root), byref(parent), byref(children), byref(n_children))
            self.x11.XQueryTree(self.display, window, *arguments)
            window = parent.value
        raise SystemExit("the window takes no drops")

    def send(self, message: str, *data: int) -> None:
        event = Event()
        values = (c_long * 5)(self.source, *data)
        event.client = ClientMessage(CLIENT_MESSAGE, 0, 1, self.display, self.target, self.atom(message), 32, values)
        self.x11.XSendEvent(self.display, self.target, False, 0, byref(event))
        self.x11.XFlush(self.display)

    def deliver(self, request: SelectionRequest) -> None:
        target = request.target
        self.x11.XChangeProperty(
            self.display, request.requestor, request.property, target, 8, 0, self.uris, len(self.uris)
        )
        event = Event()
        event.notify = SelectionNotify(
            SELECTION_NOTIFY, 0, 1, self.display, request.requestor, request.selection, target, request.property, 0
        )
        self.x11.XSendEvent(self.display, request.requestor, False, 0, byref(event))
        self.x11.XFlush(self.display)

    def next_event(self, deadline: float) -> Event:
        while not self.x11.XPending(self.display):
            if time.monotonic() > deadline:
                raise SystemExit("the window did not answer")
            time.sleep(0.01)
        event = Event()
        self.x11.XNextEvent(self.display, byref(event))
        return event

    def drop(self) -> bool:
        """Enter, hover, let go; whether the window took it."""
        x, y, child = c_int(), c_int(), c_ulong()
        self.x11.XTranslateCoordinates(
            self.display, self.target, self.root, OFFSET, OFFSET, byref(x), byref(y), byref(child)
        )
        copy, uri_list = self.atom("XdndActionCopy"), self.atom("text/uri-list")
        self.x11.XSetSelectionOwner(self.display, self.atom("XdndSelection"), self.source, 0)
        self.send("XdndEnter", XDND_VERSION << 24, uri_list, 0, 0)
        self.send("XdndPosition", 0, x.value << 16 | y.value, 0, copy)
        status, finished = self.atom("XdndStatus"), self.atom("XdndFinished")
        deadline = time.monotonic() + TIMEOUT_S
        while True:
            event = self.next_event(deadline)
            if event.type == SELECTION_REQUEST:
                self.deliver(event.request)
            elif event.type == CLIENT_MESSAGE and event.client.message_type == status:
                if not event.client.data[1] & 1:
                    return False
                self.send("XdndDrop", 0, 0, 0, 0)
            elif event.type == CLIENT_MESSAGE and event.client.message_type == finished:
                # tkdnd sets another bit than the one that means “taken”; the action is right.
                return bool(event.client.data[2] == copy)


def main(arguments: Sequence[str]) -> int:
    window, *files = arguments
    uris = "".join(f"file://{quote(os.fsencode(file))}\r\n" for file in files)
    return 0 if DragSource(int(window), uris.encode()).drop() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
