"""A window that is closed while it listens.

Run as ``python -m tests.app.gui.pages.listen.close_while_listening API_URL TOKEN``. Prints where the recording lay and
which threads are left.
"""

import json
import sys
import threading
import time
from collections.abc import Callable

from app.contract import LauncherMessage
from app.gui.main import create_window
from app.gui.pages.listen.page import ListenPage


def main(url: str, token: str) -> None:
    window = create_window(token)

    def wait_until(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < deadline
            window.update()
            time.sleep(0.005)

    window.handle_launcher_message(LauncherMessage(api_state="ready", api_url=url))
    window.navigate(ListenPage.page_id)
    page = window.pages.get(ListenPage)
    wait_until(lambda: page.is_built)
    page.presenter.toggle()
    wait_until(lambda: bool(page.bars.texts) and (page.keeping.duration_s or 0) > 0.5)
    path = page.keeping.path
    assert path is not None and path.is_file()
    window.close()
    threads = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
    print(json.dumps({"path": str(path), "threads": threads}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
