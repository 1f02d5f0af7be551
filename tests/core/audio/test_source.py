"""Only plain files are opened, and nothing waits."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from core.audio.decode import decode_audio, open_audio
from core.audio.source import GuardedReader, display_name
from core.errors import AudioNotFoundError
from tests.core.audio.encoded import make_sine, write

posix_only = pytest.mark.skipif(os.name != "posix", reason="POSIX file types and permissions")


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(AudioNotFoundError, match=r"There is no file “gone\.mp3”"):
        open_audio(tmp_path / "gone.mp3")


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioNotFoundError, match="is a folder"):
        open_audio(tmp_path)


@posix_only
@pytest.mark.timeout(10)
def test_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    with pytest.raises(AudioNotFoundError, match="no plain file"):
        open_audio(tmp_path / "pipe.mp3")


@posix_only
@pytest.mark.timeout(10)
def test_pipe_behind_the_first_look_is_refused_without_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    plain = Path(__file__).stat()
    monkeypatch.setattr("core.audio.source.os.stat", lambda path: plain)
    with pytest.raises(AudioNotFoundError, match="no plain file"):
        open_audio(tmp_path / "pipe.mp3")


@posix_only
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_device_is_refused(device: str) -> None:
    if not Path(device).exists():
        pytest.skip(f"no {device} here")
    with pytest.raises(AudioNotFoundError, match="no plain file"):
        open_audio(device)


@posix_only
def test_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # names of sockets are short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.mp3")
        with pytest.raises(AudioNotFoundError, match="no plain file"):
            open_audio("socket.mp3")


@posix_only
def test_forbidden_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "private.wav", make_sine(), "PCM_16")
    path.chmod(0)
    if os.geteuid() == 0:  # the administrator may read everything

        def refuse(*_: object) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("core.audio.source.os.open", refuse)
    with pytest.raises(AudioNotFoundError, match="permission denied"):
        open_audio(path)


@pytest.mark.parametrize("name", ["nul\0l.mp3", "x" * 5000 + ".mp3"])
def test_impossible_name_is_told(name: str) -> None:
    with pytest.raises(AudioNotFoundError):
        open_audio(name)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux allows names that are no text")
@pytest.mark.parametrize("as_type", [bytes, os.fsdecode, lambda raw: Path(os.fsdecode(raw))])
def test_name_that_is_no_text_is_opened(tmp_path: Path, as_type: type) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9 \xff.wav"
    write(tmp_path / "plain.wav", make_sine(), "PCM_16").rename(os.fsdecode(raw))
    assert decode_audio(as_type(raw)).duration_s == 3
    with open_audio(as_type(raw)) as stream:
        assert stream.name == r"caf\xe9 \xff.wav"


@pytest.mark.parametrize(
    "name", ["ünïcödé 音楽 🎵.wav", "with 'quotes' {and} \"more\" %20.wav", "concat:a.wav|b.wav", "-i.wav"]
)
def test_odd_names_are_opened(tmp_path: Path, name: str) -> None:
    if os.name == "nt" and set(name) & set('":|'):
        pytest.skip("not a name on Windows")
    path = write(tmp_path / "plain.wav", make_sine(), "PCM_16").rename(tmp_path / name)
    assert decode_audio(path).duration_s == 3
    assert decode_audio(str(path)).duration_s == 3


def test_link_is_followed(tmp_path: Path) -> None:
    path = write(tmp_path / "plain.wav", make_sine(), "PCM_16")
    link = tmp_path / "link.wav"
    try:
        link.symlink_to(path)
    except OSError:
        pytest.skip("no links here")
    assert decode_audio(link).duration_s == 3


def test_file_is_closed_in_every_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    from core.audio import decode

    def open_and_note(path: Path) -> object:
        opened.append(real_open(path))
        return opened[-1]

    real_open = decode.open_plain_file
    monkeypatch.setattr(decode, "open_plain_file", open_and_note)
    decode_audio(write(tmp_path / "plain.wav", make_sine(), "PCM_16"))
    for content in (b"", b"no sound"):
        (tmp_path / "bad.mp3").write_bytes(content)
        with pytest.raises(Exception, match=r"bad\.mp3"):
            decode_audio(tmp_path / "bad.mp3")
    assert len(opened) == 3
    assert all(file.closed for file in opened)


def test_failing_disk_is_told(tmp_path: Path) -> None:
    class FailingFile:
        name = str(tmp_path / "on a bad disk.wav")

        def __init__(self) -> None:
            self.file = write(tmp_path / "plain.wav", make_sine(duration_s=60), "PCM_16").open("rb")
            self.n_read = 0

        def read(self, n_bytes: int) -> bytes:
            self.n_read += n_bytes
            if self.n_read > 2_000_000:
                raise OSError(5, "Input/output error")
            return self.file.read(n_bytes)

        def __getattr__(self, name: str) -> object:
            return getattr(self.file, name)

    file = FailingFile()
    waveform = decode_audio(file)  # type: ignore[arg-type]
    file.file.close()
    assert 5 < waveform.duration_s < 30
    assert any("Input/output error" in warning for warning in waveform.warnings)


def test_names_for_display() -> None:
    assert display_name(Path("/music/a song.mp3")) == "a song.mp3"
    assert display_name(b"/music/\xe9.mp3") == r"\xe9.mp3"
    assert display_name(object()) == "audio"  # type: ignore[arg-type]


def test_decoders_learn_no_more_than_the_suffix() -> None:
    def name_of(file_name: str) -> str:
        return GuardedReader(None, None, file_name).name  # type: ignore[arg-type]

    assert name_of("My Song.MP3") == "audio.mp3"
    assert name_of("concat:x.y|/etc/passwd") == "audio"
    assert name_of("no suffix") == "audio"
