"""Tables in the look of the window. ttk knows neither CustomTkinter's modes nor its scaling."""

from __future__ import annotations

import tkinter
from tkinter import ttk
from typing import Final

from app.gui.style import theme
from app.gui.style.appearance import pick
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.text_labels import scaled_font

#: For ``ttk.Treeview(style=…)``.
TABLE_STYLE: Final = "Genrescope.Treeview"
ROW_HEIGHT: Final = 40


def style_tables(widget: tkinter.Misc) -> None:
    """Give every table the colours and sizes of now. Have ``repaint_with`` call it again.

    Args:
        widget: One of them.
    """
    scaling = widget_scaling(widget)
    style = ttk.Style(widget)
    style.layout(TABLE_STYLE, [("Treeview.treearea", {"sticky": "nswe"})])
    # Without the little arrow's place, and with room before the text.
    style.layout(
        f"{TABLE_STYLE}.Item",
        [("Treeitem.padding", {"sticky": "nswe", "children": [("Treeitem.text", {"sticky": "we"})]})],
    )
    style.configure(f"{TABLE_STYLE}.Item", padding=(round(theme.SPACE_2 * scaling), 0, 0, 0))
    style.configure(f"{TABLE_STYLE}.Cell", padding=(0, 0, round(theme.SPACE_2 * scaling), 0))
    style.configure(
        TABLE_STYLE,
        background=pick(theme.SURFACE_CONTAINER),
        fieldbackground=pick(theme.SURFACE_CONTAINER),
        foreground=pick(theme.ON_SURFACE),
        font=scaled_font(widget, theme.body()),
        rowheight=round(ROW_HEIGHT * scaling),
        borderwidth=0,
        relief="flat",
        indent=0,
    )
    style.configure(
        f"{TABLE_STYLE}.Heading",
        background=pick(theme.SURFACE_CONTAINER),
        foreground=pick(theme.ON_SURFACE_VARIANT),
        font=scaled_font(widget, theme.small()),
        padding=(round(theme.SPACE * scaling), round(theme.SPACE * scaling)),
        borderwidth=0,
        relief="flat",
    )
    style.map(f"{TABLE_STYLE}.Heading", background=[("active", pick(theme.SURFACE_CONTAINER_HIGH))])
    style.map(
        TABLE_STYLE,
        background=[("selected", pick(theme.PRIMARY_CONTAINER))],
        foreground=[("selected", pick(theme.ON_PRIMARY_CONTAINER))],
    )
