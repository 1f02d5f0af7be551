"""What must stay unimported so that the program starts fast and freezes small."""

import subprocess
import sys
from pathlib import Path

from tests.sounds import write_wav


def test_predicting_imports_nothing_that_only_training_needs(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "tune.wav")
    program = f"""
import sys
import app.api
from core.inference.predictor import GenrePredictor
GenrePredictor.load(device="cpu").predict_file({str(path)!r})
print(*[name for name in ("librosa", "numba", "torchaudio", "lightning", "torchmetrics", "matplotlib", "scipy")
        if name in sys.modules])
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == ""
