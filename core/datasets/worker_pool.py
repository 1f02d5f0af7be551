"""Work on many files in several processes, of which any may crash without stopping the rest.

The processes are spawned, not forked, on every system: PyTorch's threads do not survive a fork. A decoder that crashes
takes its process with it; the file that did it is found by giving each suspect a process of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from core.errors import DatasetError

_Task = TypeVar("_Task")

# Enough to keep every process busy while the results are looked at.
_TASKS_PER_PROCESS = 4


def run_tasks(
    work: Callable[[_Task], None], tasks: Sequence[_Task], n_processes: int
) -> Iterator[tuple[_Task, bool]]:  # fmt: skip
    """Do all tasks, in any order.

    Args:
        work: A function of a module; what it finds out it keeps itself, for example in a file.
        tasks: Its arguments, picklable.
        n_processes: How many work at once; 0 does everything in this process, where a crash is the end.

    Yields:
        Each task when it has ended, and whether it did so without crashing its process.

    Raises:
        DatasetError: When no process can be started.
    """
    if n_processes == 0:
        for task in tasks:
            work(task)
            yield task, True
        return
    waiting = list(reversed(tasks))
    while waiting:
        suspects: list[_Task] = []
        yield from _run_until_crash(work, waiting, suspects, n_processes)
        for suspect in suspects:
            yield suspect, _is_survived(work, suspect)


def _run_until_crash(
    work: Callable[[_Task], None], waiting: list[_Task], suspects: list[_Task], n_processes: int
) -> Iterator[tuple[_Task, bool]]:
    """Take tasks from the end of ``waiting``; after a crash, ``suspects`` are those that were under way."""
    running: dict[Future[None], _Task] = {}
    executor = _create_executor(n_processes)
    try:
        while waiting or running:
            while waiting and len(running) < n_processes * _TASKS_PER_PROCESS:
                # Submitted before it is taken away: a broken pool refuses it.
                running[executor.submit(work, waiting[-1])] = waiting[-1]
                waiting.pop()
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                future.result()
                yield running.pop(future), True
    except BrokenProcessPool:
        suspects += running.values()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _is_survived(work: Callable[[_Task], None], task: _Task) -> bool:
    with _create_executor(1) as executor:
        try:
            executor.submit(_do_nothing).result()
        except BrokenProcessPool as error:
            raise DatasetError("No worker process can be started; try again with “--jobs 0”.") from error
        try:
            executor.submit(work, task).result()
        except BrokenProcessPool:
            return False
    return True


def _create_executor(n_processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        n_processes, mp_context=multiprocessing.get_context("spawn"), initializer=_initialize_worker
    )


def _initialize_worker() -> None:
    # Ctrl-C reaches the whole group; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="watch parent", daemon=True).start()


def _end_with_parent() -> None:
    """End this process when its parent is gone, however it went: it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do_nothing() -> None:
    return None
