"""The main window: the frame around the pages, and what works on all of them."""

from __future__ import annotations

import logging
import sys
import tkinter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import customtkinter as ctk

from app.contract import LauncherMessage
from app.gui.client import ApiClient
from app.gui.connection import ApiConnection, ApiFollower, Status
from app.gui.jobs import TkJobs
from app.gui.pages.page import Page, PageContext
from app.gui.pages.registry import HOME, PAGES
from app.gui.pages.settings.page import SettingsPage
from app.gui.preferences import Preferences
from app.gui.shell.dropping import FileDrop
from app.gui.shell.header import Header
from app.gui.shell.help_dialog import HelpDialog
from app.gui.shell.notice_bar import NoticeBar
from app.gui.shell.page_host import PageHost
from app.gui.shell.rail import Rail
from app.gui.shell.shortcuts import Shortcut, bind_shortcuts, in_words, shortcut
from app.gui.shell.trouble import Trouble
from app.gui.shell.window_place import Screen, describe_place, is_reachable, maximise
from app.gui.style import theme
from app.gui.style.appearance import Appearance, detect_desktop_mode, repaint
from app.gui.style.scaling import SMALLEST_WINDOW, apply_scaling, choose_scaling, widget_scaling
from app.gui.widgets.focus import watch_input
from app.settings import PROJECT
from app.user_settings import SettingsFile, WindowPlace

WIDTH, HEIGHT = 1248, 800
MIN_WIDTH, MIN_HEIGHT = SMALLEST_WINDOW
_ASSETS: Final = Path(__file__).parents[1] / "assets"
#: In units of the layout, as CustomTkinter has it.
_NO_LIMIT: Final = 1_000_000
_INVITATION_LIFT: Final = 4 * theme.SPACE

log = logging.getLogger(__name__)


class MainWindow(ctk.CTk, ApiFollower):
    """The program's only window. One in a process: CustomTkinter keeps state that outlives a root.

    Args:
        create_client: Makes a client of the API for an address.
        settings_file: Where the person's settings are kept.
    """

    def __init__(self, create_client: Callable[[str], ApiClient], settings_file: SettingsFile) -> None:
        loaded = settings_file.load()
        theme.use_accent(loaded.settings.accent)
        # Before the root exists: otherwise CustomTkinter starts to watch the desktop by itself.
        wanted = loaded.settings.theme
        ctk.set_appearance_mode(detect_desktop_mode() if wanted == "system" else wanted)
        super().__init__(fg_color=theme.SURFACE, className=PROJECT)
        self.title(PROJECT)
        self._show_icon()
        self.jobs = TkJobs(self)
        self.preferences = Preferences(settings_file, loaded.settings, self.jobs, self._say)
        self._scale(loaded.settings.scaling_percent)
        self._restore_place(loaded.settings.window)
        self.appearance = Appearance(self.jobs.post)
        self.appearance.choose(wanted)
        self.connection = ApiConnection(self.jobs, create_client)
        self._help: HelpDialog | None = None
        self._build()
        self.trouble = Trouble(self.jobs, self.notice)
        self.drop = FileDrop(self, self._area, self.give, self._show_hover)
        self._shortcuts = self._list_shortcuts()
        bind_shortcuts(self, self._shortcuts)
        watch_input(self)
        self.protocol("WM_DELETE_WINDOW", self.close)
        self.connection.follow(self)
        self.connection.follow(self.trouble)
        self.preferences.follow(self._apply_preferences)
        known = {page.page_id for page in PAGES}
        self.navigate(loaded.settings.last_page if loaded.settings.last_page in known else HOME.page_id)
        self._say(loaded.problem)

    def _build(self) -> None:
        # One frame over the whole window takes the drops for all that lies on it.
        self._area = ctk.CTkFrame(self, fg_color=theme.SURFACE, corner_radius=0)
        self._area.pack(fill="both", expand=True)
        self._area.grid_columnconfigure(1, weight=1)
        self._area.grid_rowconfigure(2, weight=1)
        self.rail = Rail(self._area, PAGES, self.navigate)
        self.rail.grid(row=0, column=0, rowspan=3, sticky="ns", padx=(0, theme.SPACE))
        self.header = Header(self._area, self.browse)
        self.header.grid(row=0, column=1, sticky="ew", padx=(0, theme.SPACE_2))
        self.notice = NoticeBar(self._area)
        self.notice.grid(row=1, column=1, sticky="ew", padx=(0, theme.SPACE_2), pady=(0, theme.SPACE))
        self.notice.grid_remove()
        context = PageContext(
            connection=self.connection,
            jobs=self.jobs,
            preferences=self.preferences,
            navigate=self.navigate,
            browse=self.browse,
            say=self._say,
        )
        self.pages = PageHost(self._area, PAGES, context, self._show_where_we_are)
        self._invitation = ctk.CTkLabel(
            self._area,
            text="",
            height=48,
            corner_radius=24,
            padx=theme.SPACE_2,
            font=theme.title(),
            text_color=theme.ON_PRIMARY,
            fg_color=theme.PRIMARY,
        )

    def _list_shortcuts(self) -> list[Shortcut]:
        pages = [
            shortcut(str(number), str(number), f"Go to {page.title}", partial(self.navigate, page.page_id))
            for number, page in enumerate(PAGES, start=1)
        ]
        return [
            *pages,
            shortcut("comma", ",", "Settings", partial(self.navigate, SettingsPage.page_id)),
            shortcut("o", "O", "Add files", self.browse),
            Shortcut(("Escape",), "Esc", "Cancel the analysis, close what is open", self.cancel),
            Shortcut(("F1", "slash"), in_words("F1 or Ctrl+/"), "This help", self.show_help),
            shortcut("q", "Q", "Quit", self.close),
        ]

    def _show_icon(self) -> None:
        try:
            if sys.platform == "win32":
                self.iconbitmap(_ASSETS / "icon.ico")
            else:
                self.iconphoto(True, tkinter.PhotoImage(master=self, file=_ASSETS / "icon.png"))
        except tkinter.TclError as error:
            log.warning("The window has no icon: %s", error)

    # Pages

    def navigate(self, page_id: str) -> Page:
        """Show a page.

        Args:
            page_id: Of one of ``PAGES``.
        """
        return self.pages.show(page_id)

    def _show_where_we_are(self, page: Page, before: Page | None) -> None:
        self.header.show_title(page.title)
        self.rail.show_active(page.page_id)
        focused = self.focus_get()
        # A widget that cannot be seen must not keep the keyboard: the next Tab would start in the dark.
        if before is not None and focused is not None and str(focused).startswith(f"{before}."):
            self.rail.items[page.page_id].focus_set()

    # What works on every page

    def browse(self) -> None:
        """Let the person choose files."""
        # Late: the dialog's module is not needed to show the window.
        from tkinter import filedialog

        folder = self.preferences.current.browse_folder
        options: dict[str, Any] = {"initialdir": folder} if folder and Path(folder).is_dir() else {}
        names: Sequence[str] | str = filedialog.askopenfilenames(parent=self, title="Choose music", **options)
        # Cancelled, it may also be an empty string.
        if names:
            self.give(list(names))

    def give(self, names: Sequence[str]) -> None:
        """Hand files and folders to the page on the screen, or to Identify if it does not want them.

        Args:
            names: As Tk delivers them.
        """
        if names and not self.pages.current.take_names(names):
            self.navigate(HOME.page_id).take_names(names)

    def cancel(self) -> None:
        """Stop what the page on the screen is doing, or take away a notice."""
        if not self.pages.current.cancel():
            self.notice.dismiss_by_key()

    def show_help(self) -> None:
        """List the keys."""
        if self._help is None:
            self._help = HelpDialog(self)
        groups: dict[str, list[tuple[str, str]]] = {
            "Everywhere": [(item.keys, item.meaning) for item in self._shortcuts],
            "Within a page": [
                ("Tab", "Next control; with Shift the one before"),
                ("Space", "Press what has the ring"),
                *((in_words(keys), meaning) for keys, meaning in self.pages.current.shortcuts),
            ],
        }
        self._help.open(groups)

    @property
    def help_dialog(self) -> HelpDialog | None:
        """The list of keys, once it has been asked for."""
        return self._help

    def close(self) -> None:
        """End the window, and remember it."""
        place = describe_place(self, widget_scaling(self), self.preferences.current.window)
        self.preferences.save_now(last_page=self.pages.current.page_id, window=place)
        self.appearance.stop()
        self.jobs.stop()
        self.destroy()

    # What others tell

    def report_callback_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Tk's hook for what a callback raises: the window goes on, and says so."""
        self.trouble.report(kind, error, trace)

    def handle_launcher_message(self, message: LauncherMessage) -> None:
        """Pass on what the launcher says. In Tk's thread only."""
        self.connection.handle(message)

    def on_api_status(self, status: Status) -> None:
        """Show the engine's state."""
        self.header.chip.show(status)
        self.notice.show_status(status)

    def _say(self, sentence: str | None) -> None:
        self.notice.say(sentence)

    def _show_hover(self, is_over: bool) -> None:
        self.pages.current.on_hover(is_over)
        if is_over:
            page = self.pages.current
            ground = page.drop_area.cget("fg_color")
            self._invitation.configure(
                text=page.invitation, bg_color=theme.SURFACE if ground == "transparent" else ground
            )
            self._invitation.place(in_=page.drop_area, relx=0.5, rely=1.0, y=-_INVITATION_LIFT, anchor="s")
            self._invitation.lift()
        else:
            self._invitation.place_forget()

    def _apply_preferences(self, changed: frozenset[str]) -> None:
        settings = self.preferences.current
        if "theme" in changed:
            self.appearance.choose(settings.theme)
        if "accent" in changed:
            self.appearance.choose_accent(settings.accent)
        if "scaling_percent" in changed:
            self._rescale(settings.scaling_percent)

    # Size and place

    def _set_scaling(self, *scalings: float) -> None:
        # CustomTkinter's own hook: also called when the window moves to a monitor of another scaling.
        super()._set_scaling(*scalings)
        self.after_idle(repaint)

    def _restore_place(self, place: WindowPlace | None) -> None:
        scaling = widget_scaling(self)
        if place is None or not is_reachable(place, Screen.of(self), scaling):
            self._resize(WIDTH, HEIGHT, scaling)
        else:
            self.geometry(f"{max(place.width, MIN_WIDTH)}x{max(place.height, MIN_HEIGHT)}+{place.x}+{place.y}")
        if place is not None and place.is_maximised:
            maximise(self)

    def _resize(self, width: int, height: int, scaling: float) -> None:
        """Take a size in units of the layout, or what a small screen has beside title and task bar."""
        width = min(width, int(self.winfo_screenwidth() / scaling))
        height = min(height, int(self.winfo_screenheight() / scaling) - 8 * theme.SPACE)
        self.geometry(f"{max(width, MIN_WIDTH)}x{max(height, MIN_HEIGHT)}")

    def _rescale(self, percent: int | None) -> None:
        before = widget_scaling(self)
        # First the size: CustomTkinter would let the window grow beyond the screen.
        self._resize(
            round(self.winfo_width() / before), round(self.winfo_height() / before), choose_scaling(self, percent)
        )
        self._scale(percent)

    def _scale(self, percent: int | None) -> None:
        apply_scaling(self, percent)
        # CustomTkinter holds a window that it has scaled at its size for a second.
        self.maxsize(_NO_LIMIT, _NO_LIMIT)
        self.minsize(MIN_WIDTH, MIN_HEIGHT)
