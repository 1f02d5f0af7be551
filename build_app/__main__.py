"""``python -m build_app``: builds the frozen program, tests it, and says how large it is."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from build_app.environment import ROOT, Flavour, make_environment
from build_app.models import gather_models

#: The most that a folder may hold, in bytes.
MAX_BYTES: Final[Mapping[Flavour, float]] = {"torch": 900e6, "lite": 300e6}
NAME: Final = "Genrescope"

_SMOKE_TEST_TIMEOUT_S: Final = 300


def main() -> int:
    """Build one flavour.

    Returns:
        0 when the program was built, works and is small enough.
    """
    options = _parse()
    work: Path = options.work
    started = time.monotonic()
    try:
        python = (
            Path(sys.executable)
            if options.in_this_environment
            else make_environment(options.flavour, work / f"environment-{options.flavour}", options.torch_index)
        )
        models = gather_models(options.flavour, work / f"models-{options.flavour}")
        folder = _freeze(python, options.flavour, models, options.output, work)
        built_s = time.monotonic() - started
        _print_size(folder, options.flavour, built_s)
        return 0 if _is_small_enough(folder, options.flavour) and _works(folder) else 1
    except subprocess.CalledProcessError as error:
        print(f"build_app: “{' '.join(map(str, error.cmd[:4]))} …” failed for the reason above.", file=sys.stderr)
        return 1


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m build_app", description=__doc__)
    parser.add_argument(
        "--flavour",
        choices=tuple(MAX_BYTES),
        default="torch",
        help="torch runs every model of this program, lite the ONNX models, at a third of the size (default: torch)",
    )
    parser.add_argument(
        "--output", type=Path, default=ROOT / "dist", metavar="DIR", help=f"gets FLAVOUR/{NAME} (default: dist)"
    )
    parser.add_argument(
        "--work", type=Path, default=ROOT / "build", metavar="DIR", help="for what can be thrown away (default: build)"
    )
    parser.add_argument(
        "--torch-index",
        default=os.environ.get("GENRESCOPE_TORCH_INDEX"),
        metavar="URL",
        help="where pip finds PyTorch for the CPU (default: $GENRESCOPE_TORCH_INDEX, else the usual places)",
    )
    parser.add_argument(
        "--in-this-environment",
        action="store_true",
        help="use the Python that runs this, without PyTorch for the lite flavour, instead of a new environment",
    )
    options = parser.parse_args()
    options.output, options.work = options.output.absolute(), options.work.absolute()
    return options


def _freeze(python: Path, flavour: Flavour, models: Path, output: Path, work: Path) -> Path:
    command = [
        *(str(python), "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"),
        *("--distpath", str(output / flavour), "--workpath", str(work / f"pyinstaller-{flavour}")),
        *(str(ROOT / "build.spec"), "--", "--flavour", flavour, "--models", str(models)),
    ]
    print("Freezing…", flush=True)
    # Libraries warn of what they will drop from modules that nobody here uses.
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    return output / flavour / NAME


def _print_size(folder: Path, flavour: Flavour, built_s: float) -> None:
    entries = sorted(((measure(entry), entry.name) for entry in (folder / "_internal").iterdir()), reverse=True)
    print(f"{folder}: {measure(folder) / 1e6:.0f} MB, built in {built_s:.0f} s; the largest parts:")
    for size, name in entries[:12]:
        print(f"{size / 1e6:8.1f} MB  {name}")


def measure(path: Path) -> int:
    """The bytes of a file, or of all files in a folder; links count nothing."""
    if path.is_symlink():
        return 0
    return path.stat().st_size if path.is_file() else sum(measure(entry) for entry in path.iterdir())


def _is_small_enough(folder: Path, flavour: Flavour) -> bool:
    size, limit = measure(folder), MAX_BYTES[flavour]
    if size > limit:
        print(f"build_app: {size / 1e6:.0f} MB are more than {limit / 1e6:.0f} MB.", file=sys.stderr)
    return size <= limit


def _works(folder: Path) -> bool:
    """Run the program's own test; what it says goes to the terminal."""
    program = shutil.which("genrescope-cli", path=folder) or str(folder / NAME)
    result = subprocess.run([program, "--smoke-test"], timeout=_SMOKE_TEST_TIMEOUT_S, check=False)
    if result.returncode != 0:
        print("build_app: the smoke test failed.", file=sys.stderr)
    return result.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
