import pytest
import torch

from core.errors import DeviceError
from core.inference import device as device_module
from core.inference.device import select_device


@pytest.fixture
def two_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer with two CUDA devices: a mock, because the machines that run the tests have none."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda index: ([2_000, 8_000][index], 16_000))
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"Card {device.index}")


def test_the_device_with_the_most_free_memory_is_taken(two_gpus: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_module, "_try_to_compute", lambda device: None)
    choice = select_device()
    assert choice.device == torch.device("cuda", 1)
    assert "Card 1" in choice.reason


def test_a_device_that_is_there_and_does_not_compute_is_passed_over(
    two_gpus: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        device_module, "_try_to_compute", lambda device: "no kernel image" if device.index == 1 else None
    )
    assert select_device().device == torch.device("cuda", 0)


def test_the_cpu_is_the_last_resort_and_says_why(two_gpus: None) -> None:
    # The real operation runs here, and fails for real: there is no such device.
    choice = select_device()
    assert choice.device.type == "cpu"
    assert "failed a real computation" in choice.reason


def test_apple_silicon_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(device_module, "_try_to_compute", lambda device: None)
    assert select_device().device.type == "mps"


def test_a_request_overrides_the_choice(two_gpus: None) -> None:
    assert select_device("cpu").device.type == "cpu"


@pytest.mark.parametrize("name", ["quantum", "cuda:99", "mps"])
def test_a_requested_device_that_cannot_compute_is_an_error(name: str) -> None:
    if name == "mps" and torch.backends.mps.is_available():
        pytest.skip("this computer has it")
    with pytest.raises(DeviceError, match=name):
        select_device(name)
