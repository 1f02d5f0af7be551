"""How much one file may cost, counted while it is decoded.

A small file can decode to gigabytes and a damaged one can keep a decoder busy for ever. Headers lie about both, so
nothing here trusts them: what really came out is counted, and decoding stops there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.errors import AudioLimitError


@dataclass(frozen=True)
class DecodeLimits:
    """What a file may ask for.

    Past ``max_duration_s``, ``max_decoded_bytes`` or ``deadline_s`` the sound so far is kept and a warning says where
    it was cut. Channels and rates outside the limits are impossible rather than long, and the file is refused.

    Attributes:
        max_duration_s: Of the sound, in seconds.
        max_decoded_bytes: Of decoded samples in the file's own rate, channels and sample format.
        max_channels: Of the file.
        min_source_sample_rate: In Hz.
        max_source_sample_rate: In Hz.
        deadline_s: Time spent decoding one file, in seconds, without the time its consumer takes between blocks.
        stall_s: Time without any new sound, in seconds, after which the file counts as a trap. Waiting for the disk
            is not part of it: a sleeping drive takes this long to wake up.
        max_soundless_bytes: Read from the file without any new sound. FFmpeg gathers what may become one frame in
            memory, so a sound followed by gigabytes of zeros would fill it. Pictures in front of the sound have room.
    """

    max_duration_s: float = 4 * 3600.0
    max_decoded_bytes: int = 16 * 1024**3
    max_channels: int = 64
    min_source_sample_rate: int = 1_000
    max_source_sample_rate: int = 768_000
    deadline_s: float = 300.0
    stall_s: float = 8.0
    max_soundless_bytes: int = 128 * 1024**2

    def validate_format(self, name: str, n_channels: int, source_sample_rate: int) -> None:
        """Check what a header or a decoded frame claims.

        Args:
            name: Of the file, for the message.
            n_channels: Claimed number of channels.
            source_sample_rate: Claimed rate, in Hz.

        Raises:
            AudioLimitError: One of them is outside the limits.
        """
        if not 1 <= n_channels <= self.max_channels:
            raise AudioLimitError(
                f"“{name}” claims to have {n_channels} channels; files with 1 to {self.max_channels} can be read."
            )
        if not self.min_source_sample_rate <= source_sample_rate <= self.max_source_sample_rate:
            raise AudioLimitError(
                f"“{name}” claims a sample rate of {source_sample_rate} Hz; rates from "
                f"{self.min_source_sample_rate} to {self.max_source_sample_rate} Hz can be read."
            )


class DecodeBudget:
    """Counts what one file has cost so far, over all backends that try it.

    The clocks run between ``running()``'s start and end only, so a consumer that thinks between two blocks does not
    use up the file's time.

    Attributes:
        limits: What it may cost.
        decoded_bytes: What it has decoded to; the backends add to it.
    """

    def __init__(self, limits: DecodeLimits) -> None:
        self.limits = limits
        self.decoded_bytes = 0
        self._spent_s = 0.0
        self._running_since: float | None = None
        self._quiet_since = 0.0
        self._soundless_bytes = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run the clocks; the stall clock starts from zero."""
        self._running_since = self._quiet_since = time.monotonic()
        try:
            yield
        finally:
            self._spent_s += time.monotonic() - self._running_since
            self._running_since = None

    def count_read(self, n_bytes: int, duration_s: float) -> None:
        """Count bytes that were read, and take the time spent waiting for them off the stall clock."""
        self._soundless_bytes += n_bytes
        self._quiet_since += duration_s

    def note_sound(self) -> None:
        """Start the stall clock and the count of soundless bytes from zero, because sound came out."""
        self._quiet_since = time.monotonic()
        self._soundless_bytes = 0

    def is_used_up(self) -> str | None:
        """Return what ran out, as the end of a sentence (“the file …”), or ``None``."""
        if self._running_since is None:
            return None
        if self.decoded_bytes > self.limits.max_decoded_bytes:
            return "decodes to more data than is allowed"
        if self._soundless_bytes > self.limits.max_soundless_bytes:
            return f"goes on for {self.limits.max_soundless_bytes // 1024**2} MB without any sound"
        now = time.monotonic()
        if now - self._quiet_since > self.limits.stall_s:
            return f"gave no more sound within {self.limits.stall_s:g} s"
        if self._spent_s + now - self._running_since > self.limits.deadline_s:
            return f"took longer than {self.limits.deadline_s:g} s"
        return None
