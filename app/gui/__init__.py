"""The window. It knows the API's JSON contract and nothing of models or sound.

``shell`` holds ``pages``, pages are made of ``widgets``, and all of them look as ``style`` says; imports go in that
direction only. Beside them: ``client`` speaks HTTP, ``connection`` follows the API through its life, ``jobs`` keeps
blocking work out of Tk's thread, ``preferences`` has the settings at hand. Within a page the presenter decides and the
page shows.
"""

from app.gui.style.fonts import install_fonts_gently

# Here, because any module of the window may be the first to import CustomTkinter.
install_fonts_gently()
