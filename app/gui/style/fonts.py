"""CustomTkinter's fonts on Linux, installed without harm to the windows that are open.

CustomTkinter copies its fonts to ``~/.fonts`` whenever it is imported. A file that is written anew in place is empty
for a moment, and a program that draws a letter of it just then (another window of ours, or whatever else shows Roboto)
is ended by the system: SIGBUS. So what copies them is replaced by what leaves alone what is there.
"""

from __future__ import annotations

import filecmp
import logging
import os
import shutil
import sys
from pathlib import Path
from types import ModuleType

log = logging.getLogger(__name__)


class FontManager:
    """Stands in for the class of this name in CustomTkinter, with the two methods that it calls."""

    @classmethod
    def init_font_manager(cls) -> bool:
        """Nothing: the folder is made with the first font."""
        return True

    @classmethod
    def load_font(cls, font: str) -> bool:
        """Have fontconfig find a font.

        Returns:
            Whether it will; CustomTkinter draws its widgets in a plainer way where not.
        """
        try:
            installed = Path("~/.fonts").expanduser() / Path(font).name
            if not (installed.is_file() and filecmp.cmp(font, installed, shallow=False)):
                installed.parent.mkdir(exist_ok=True)
                # A program that has the old file open keeps it, whole, until it ends.
                unfinished = installed.with_name(f".{installed.name}.{os.getpid()}")
                shutil.copyfile(font, unfinished)
                unfinished.replace(installed)
        except (OSError, RuntimeError) as error:  # RuntimeError: nobody knows where the home is
            log.warning("The font %s cannot be installed: %s", font, error)
            return False
        return True


def install_fonts_gently() -> None:
    """Have CustomTkinter use the class above. To be called before it is imported."""
    if sys.platform.startswith("linux"):
        module = ModuleType("customtkinter.windows.widgets.font.font_manager", __doc__)
        module.FontManager = FontManager  # type: ignore[attr-defined]
        sys.modules[module.__name__] = module
