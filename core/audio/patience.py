"""Calling what may never answer, as sound cards and their servers sometimes do."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def run_in_time(action: Callable[[], Result], timeout_s: float) -> Result:
    """Call it in a thread of its own, and leave that thread behind where it does not answer.

    Raises:
        TimeoutError: It did not answer.
        BaseException: What the action raises.
    """
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(action())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, name="sound card", daemon=True)
    thread.start()
    thread.join(timeout_s)
    if results:
        return results[0]
    if errors:
        raise errors[0]
    raise TimeoutError


def keep_loaded(library: object) -> None:
    """Never unload a library that cffi has opened, because a thread was left behind in it.

    Python unloads it with the last reference, that is, as it ends; the thread would find no code to go on with, and the
    process would die of it.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(library))
