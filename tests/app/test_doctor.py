"""The doctor finds what works by doing it, and says what to do about the rest."""

import hashlib
import json
import os
from pathlib import Path

import pytest

import app.doctor
from app.cli import main
from app.doctor import CHECKSUMS_NAME, Finding, examine
from core.models.files import MODELS_DIR
from tests.virtual_sound_card import VirtualSoundCard, sound_card  # noqa: F401


def _find(name: str) -> Finding:
    return next(finding for finding in examine() if finding.name == name)


def test_this_computer_can_decode_compute_and_load_the_shipped_models() -> None:
    statuses = {finding.name: finding.status for finding in examine()}
    for name in ("program", "computing", "decoders", "network", "storage"):
        assert statuses[name] == "ok", name
    for folder in MODELS_DIR.glob("*/best_model.pt"):
        assert statuses[f"model {folder.parent.name}"] == "ok", f"“sha256sum */best_model.pt > {CHECKSUMS_NAME}”?"


def test_the_command_prints_json_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {"name", "status", "detail"} == set(findings[0])
    assert all(finding["detail"].endswith((".", "loads.")) or finding["status"] == "ok" for finding in findings)


def test_a_changed_model_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gtzan").mkdir()
    (tmp_path / "gtzan" / "best_model.pt").write_bytes(b"half a downlo")
    checksum = hashlib.sha256(b"half a download").hexdigest()
    (tmp_path / CHECKSUMS_NAME).write_text(f"{checksum}  gtzan/best_model.pt\n{checksum}  gone/best_model.pt\n")
    monkeypatch.setattr(app.doctor, "MODELS_DIR", tmp_path)
    assert main(["doctor"]) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("FAIL")]
    assert len(lines) == 2
    assert "not the file that was shipped: install" in lines[0]
    assert "is missing: install" in lines[1]


def test_no_model_at_all_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.doctor, "MODELS_DIR", tmp_path)
    assert _find("models").status == "fail"


def test_a_data_folder_that_cannot_be_made_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("GENRESCOPE_DATA", str(tmp_path / "file" / "data"))
    finding = _find("storage")
    assert finding.status == "fail"
    assert "make it writable" in finding.detail


def test_a_check_that_breaks_is_a_finding_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def _break(name: str) -> None:
        raise RuntimeError("driver on fire")

    monkeypatch.setitem(app.doctor._CHECKS, "computing", _break)
    finding = _find("computing")
    assert finding.status == "fail"
    assert "driver on fire" in finding.detail
    assert _find("storage").status == "ok"


def test_sound_is_heard_and_played(sound_card: VirtualSoundCard) -> None:  # noqa: F811
    for name in ("microphone", "system audio", "loudspeaker"):
        finding = _find(name)
        assert finding.status == "ok", finding.detail


def test_sound_libraries_that_break_down_do_not_take_the_doctor_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.doctor, "find_warnings", list)
    monkeypatch.setattr(app.doctor, "_try_sound", os.abort)
    finding = _find("sound")
    assert finding.status == "warn"
    assert "restart the sound server" in finding.detail
    assert _find("storage").status == "ok"
