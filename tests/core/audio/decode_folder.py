"""Decode every file of a folder and print a line of JSON for each: the other half of ``test_shared_files``.

In a process of its own, so that a file that ends the process fails one test and not the whole run.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from core.audio.decode import open_audio
from core.errors import AudioError


def peak_bytes() -> int:
    """Peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main() -> None:
    for path in sorted(Path(sys.argv[1]).iterdir()):
        print(json.dumps({"name": path.name}), flush=True)  # said first: the last name is that of the culprit
        started, memory = time.monotonic(), peak_bytes()
        error = None
        n_samples = 0
        warnings: list[str] = []
        try:
            with open_audio(path) as stream:
                n_samples = sum(len(block) for block in stream)
                warnings = stream.warnings
        except AudioError as caught:
            error = f"{type(caught).__name__}: {caught}"
        result = {
            "name": path.name,
            "n_samples": n_samples,
            "error": error,
            "warnings": warnings,
            "seconds": time.monotonic() - started,
            "growth": peak_bytes() - memory,
        }
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
