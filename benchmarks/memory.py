"""Send the API hundreds of files, good and broken, and look whether its memory stays what it was."""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter
from pathlib import Path

import soundfile

from benchmarks.api_process import ApiProcess
from benchmarks.figures import Figure, create_parser, print_figures
from benchmarks.sounds import SAMPLE_RATE, encode, make_music

GROWTH_BAR_PERCENT = 10.0
MEMORY_BAR_MB = 900.0
_N_EARLY = 30


def write_mixed_files(folder: Path) -> list[Path]:
    """Write small files of several kinds and lengths, and some that are broken."""
    music = make_music(40)
    clip = music[:, : 30 * SAMPLE_RATE]
    good = [
        encode(folder / "clip.mp3", clip, "libmp3lame", 192_000),
        encode(folder / "clip.m4a", clip, "aac", 128_000),
        encode(folder / "clip.opus", clip, "libopus", 96_000),
        encode(folder / "clip.flac", clip, "flac"),
        encode(folder / "longer.wma", music, "wmav2", 128_000),
        encode(folder / "short.mp3", music[:, : 7 * SAMPLE_RATE], "libmp3lame", 192_000),
    ]
    soundfile.write(folder / "clip.wav", clip.T, SAMPLE_RATE, subtype="PCM_24")
    soundfile.write(folder / "sphere.nist", clip.T, SAMPLE_RATE, subtype="PCM_16", format="NIST")
    broken = {
        "cut.mp3": good[0].read_bytes()[:100_000],
        "cut.m4a": good[1].read_bytes()[:100_000],
        "header.flac": good[3].read_bytes()[:200],
        "letter.mp3": b"This is no music.\n" * 500,
        "empty.wav": b"",
        "zeros.ogg": bytes(100_000),
    }
    for name, content in broken.items():
        (folder / name).write_bytes(content)
    return sorted(folder.iterdir())


def measure(n_predictions: int, device: str) -> list[Figure]:
    """Run the benchmark."""
    memory_mb: dict[int, float] = {}
    answers: Counter[int] = Counter()
    with tempfile.TemporaryDirectory() as folder_name, ApiProcess("--device", device) as api:
        paths = write_mixed_files(Path(folder_name))
        at_start = api.memory_bytes() / 1e6
        for index, path in zip(range(1, n_predictions + 1), itertools.cycle(paths), strict=False):
            # Every other round as an upload, so that both ways are used with every file.
            if index // len(paths) % 2:
                answer = api.predict_upload(path.name, path.read_bytes())
            else:
                answer = api.predict_path(str(path))
            answers[answer.status_code] += 1
            if index in (_N_EARLY, n_predictions):
                memory_mb[index] = api.memory_bytes() / 1e6
    statuses = ", ".join(f"{count} × {status}" for status, count in sorted(answers.items()))
    early, late = memory_mb[_N_EARLY], memory_mb[n_predictions]
    return [
        Figure("memory when ready", at_start, "MB"),
        Figure(f"memory after {_N_EARLY} predictions", early, "MB", MEMORY_BAR_MB),
        Figure(f"memory after {n_predictions} predictions", late, "MB", MEMORY_BAR_MB, f"answers: {statuses}"),
        Figure("growth", 100 * (late - early) / early, "%", GROWTH_BAR_PERCENT),
    ]


def main() -> None:
    """Command line."""
    parser = create_parser(__doc__)
    parser.add_argument("--predictions", type=int, default=300, help=f"more than {_N_EARLY}")
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    if arguments.predictions <= _N_EARLY:
        parser.error(f"--predictions must be more than {_N_EARLY}")
    print_figures(measure(arguments.predictions, arguments.device), as_json=arguments.json)


if __name__ == "__main__":
    main()
