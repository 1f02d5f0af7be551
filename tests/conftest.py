"""What tests of several parts of the program share."""

import signal
from pathlib import Path

import pytest

# A shell's background jobs ignore Ctrl-C, and so would the programs that the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def gtzan_onnx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped model, exported once for all tests; not to be changed."""
    # Late, so that tests that need no exported model do not wait for PyTorch.
    from core.export.onnx import export_onnx
    from core.models.checkpoint import Checkpoint
    from core.models.files import ONNX_NAME, find_checkpoint

    path = tmp_path_factory.mktemp("exported") / "gtzan" / ONNX_NAME
    path.parent.mkdir()
    export_onnx(Checkpoint.load(find_checkpoint("gtzan")), path)
    return path
