"""Real audio and log-mels that may not be in the repository; tests that want them are skipped where they are absent."""

import os
from pathlib import Path

import pytest

SHARED_DATA = Path(os.environ.get("GENRESCOPE_SHARED_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")

needs_shared_data = pytest.mark.skipif(
    not SHARED_DATA.is_dir(), reason=f"no real data at {SHARED_DATA} (set GENRESCOPE_SHARED_DATA)"
)
