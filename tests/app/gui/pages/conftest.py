"""An API that has identified songs before, for the pages that list them."""

from collections.abc import Iterator

import pytest
import requests

from tests.app.gui.conftest import WindowUser
from tests.app.gui.fake_api import run_fake_api
from tests.app.gui.fake_library import RESET


@pytest.fixture(scope="module")
def full_api() -> Iterator[str]:
    with run_fake_api() as url:
        yield url


@pytest.fixture(scope="module")
def empty_api() -> Iterator[str]:
    with run_fake_api(0) as url:
        yield url


@pytest.fixture
def full_library(idle_user: WindowUser, full_api: str) -> WindowUser:
    """The window, connected to an API that knows songs."""
    requests.post(full_api + RESET, timeout=10)
    idle_user.connect(full_api)
    return idle_user


@pytest.fixture
def empty_library(idle_user: WindowUser, empty_api: str) -> WindowUser:
    """The window, connected to an API that has identified nothing yet."""
    requests.post(empty_api + RESET, timeout=10)
    idle_user.connect(empty_api)
    return idle_user
