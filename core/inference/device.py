"""Which device computes: found out by computing on it, never by asking whether it is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from core.errors import DeviceError


@dataclass(frozen=True)
class DeviceChoice:
    """A device that has been seen to work.

    Attributes:
        device: For ``tensor.to``.
        reason: One sentence for the user: why this one.
    """

    device: torch.device
    reason: str


def select_device(requested: str | None = None) -> DeviceChoice:
    """Pick the fastest device that works: CUDA with the most free memory, then Apple's MPS, then the CPU.

    Args:
        requested: A PyTorch device name (``cpu``, ``cuda``, ``cuda:1``, ``mps``) to use instead, or ``None``.

    Raises:
        DeviceError: When the requested device is unknown or does not compute.
    """
    if requested is not None and requested != "auto":
        return _use_requested(requested)
    refusals = []
    for device in _list_candidates():
        refusal = _try_to_compute(device)
        if refusal is None:
            return DeviceChoice(device, f"{_describe(device)} passed a real computation.")
        refusals.append(f"{device}: {refusal}")
    if refusals:
        reason = f"The CPU is used because the accelerator failed a real computation ({'; '.join(refusals)})."
    else:
        reason = "The CPU is used because PyTorch sees no CUDA or MPS device."
    return DeviceChoice(torch.device("cpu"), reason)


def _use_requested(name: str) -> DeviceChoice:
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise DeviceError(f"“{name}” is no device; try cpu, cuda, cuda:0 or mps.") from error
    refusal = _try_to_compute(device)
    if refusal is not None:
        raise DeviceError(f"The device “{name}” was asked for and cannot compute: {refusal}")
    return DeviceChoice(device, f"{_describe(device)} was asked for.")


def _list_candidates() -> Iterator[torch.device]:
    if torch.cuda.is_available():
        free_bytes = {}
        for index in range(torch.cuda.device_count()):
            try:
                free_bytes[index] = torch.cuda.mem_get_info(index)[0]
            except RuntimeError:
                free_bytes[index] = 0  # it is tried last, and then says itself what is wrong
        for index in sorted(free_bytes, key=lambda index: -free_bytes[index]):
            yield torch.device("cuda", index)
    if torch.backends.mps.is_available():
        yield torch.device("mps")


def _try_to_compute(device: torch.device) -> str | None:
    """Why the device cannot do what a prediction needs (FFT, convolution), or ``None`` when it can."""
    try:
        signal = torch.ones(1, 1, 16, 16, device=device)
        spectrum = torch.fft.rfft(signal).abs()
        result = torch.nn.functional.conv2d(spectrum, torch.ones(1, 1, 3, 3, device=device)).sum()
        return None if torch.isfinite(result).item() else "the result was not a number"
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        return str(error).splitlines()[0]


def _describe(device: torch.device) -> str:
    if device.type == "cuda":
        return f"{torch.cuda.get_device_name(device)} ({device})"
    return "Apple's GPU (mps)" if device.type == "mps" else f"The {device.type.upper()}"
