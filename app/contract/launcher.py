"""What the launcher tells the window."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.contract.base import Contract


class LauncherMessage(Contract):
    """One line of JSON on the window's standard input, from the launcher.

    The end of the stream means that the launcher is gone, and the window closes.
    """

    api_state: Literal["starting", "ready", "restarting", "failed"]
    api_url: str | None = Field(default=None, description="“http://127.0.0.1:PORT”, with “ready”")
    detail: str | None = Field(
        default=None, description="a sentence for the user, with “restarting” and “failed”, sometimes with “ready”"
    )
