"""Windows only: children that end with the launcher, however the launcher ends."""

from __future__ import annotations

import ctypes
import logging
import sys
from typing import Final

log = logging.getLogger(__name__)

# winnt.h
_EXTENDED_LIMIT_INFORMATION: Final = 9
_LIMIT_SILENT_BREAKAWAY_OK: Final = 0x1000
_LIMIT_KILL_ON_JOB_CLOSE: Final = 0x2000


class _BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("per_process_user_time_limit", ctypes.c_int64),
        ("per_job_user_time_limit", ctypes.c_int64),
        ("limit_flags", ctypes.c_uint32),
        ("minimum_working_set_size", ctypes.c_size_t),
        ("maximum_working_set_size", ctypes.c_size_t),
        ("active_process_limit", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
    )


class _ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("basic", _BasicLimits),
        ("io_counters", ctypes.c_uint64 * 6),
        ("process_memory_limit", ctypes.c_size_t),
        ("job_memory_limit", ctypes.c_size_t),
        ("peak_process_memory_used", ctypes.c_size_t),
        ("peak_job_memory_used", ctypes.c_size_t),
    )


class KillOnCloseJob:
    """A job object: when the last handle to it closes, which the launcher's death does too, its processes end.

    Processes that the children start on their own, a browser for example, stay outside it. On other systems, and
    where Windows refuses, it does nothing: the children's standard input ends all the same.
    """

    def __init__(self) -> None:
        self._handle: int | None = None
        if sys.platform == "win32":
            kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
            kernel32.CreateJobObjectW.restype = ctypes.c_void_p
            self._handle = kernel32.CreateJobObjectW(None, None)
            limits = _ExtendedLimits()
            limits.basic.limit_flags = _LIMIT_KILL_ON_JOB_CLOSE | _LIMIT_SILENT_BREAKAWAY_OK
            if not self._handle or not kernel32.SetInformationJobObject(
                ctypes.c_void_p(self._handle),
                _EXTENDED_LIMIT_INFORMATION,
                ctypes.byref(limits),
                ctypes.sizeof(limits),
            ):
                log.warning("No job object: Windows error %s", ctypes.get_last_error())
                self._handle = None

    def add(self, process_handle: int) -> None:
        """Put a process into the job.

        Args:
            process_handle: ``subprocess.Popen``'s; no number outside Windows, where nothing happens.
        """
        if sys.platform == "win32" and self._handle is not None:
            kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
            if not kernel32.AssignProcessToJobObject(ctypes.c_void_p(self._handle), ctypes.c_void_p(process_handle)):
                log.warning("A child process stays outside the job: Windows error %s", ctypes.get_last_error())
