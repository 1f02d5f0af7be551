"""What people listen to stays out of the log; what helps to find a fault stays in it."""

import pytest

from app.redaction import HIDDEN, redact

SECRETS = ("Secret", "secret", "Müll", "song")


@pytest.mark.parametrize(
    "line",
    [
        "AudioDecodeError: “Secret song.mp3” is no sound that can be decoded.",
        "AudioDecodeError: “Secret “live” song.mp3” is no sound.",
        "FileNotFoundError: [Errno 2] No such file or directory: '/home/x/Music/Secret Album/song.mp3'",
        'FileNotFoundError: [Errno 2] No such file: "/music/It\'s secret.mp3"',
        "OSError: cannot open 'It\\'s \"secret\".flac'",
        "KeyError: 'Secret Song'",
        "can't read 'Mike's Secret'",
        "RuntimeError: /music/Secret Album/Die schöne Müllerin is a folder",
        r"PermissionError: [WinError 5] Access is denied: 'C:\\Users\\x\\Music\\Secret'",
        r"could not read C:\Music\Secret Album\song.wav: broken",
        r"could not read \\server\Secret Share\song",
        "could not read ~/Secret Album",
        "file:///music/Secret%20song.ogg",
        "Secret song.FLAC: broken",
        "[mp3 @ 0x55] Secret song.mp3: invalid header",
        "INFO: reading song.opus",
        "ValueError: bad tag “Secret",
        "song” is no genre",
        "“Secret song” and “another song” differ",
        "ValueError: ‘Secret song’",
    ],
)
def test_names_of_music_are_hidden(line: str) -> None:
    redacted = redact(line)
    assert HIDDEN in redacted
    assert not [secret for secret in SECRETS if secret in redacted]


@pytest.mark.parametrize(
    "line",
    [
        '  File "/opt/Genrescope/app/api/engine.py", line 229, in _load',
        '  File "<frozen runpy>", line 198, in _run_module_as_main',
        "    sound = decode_audio(path, sample_rate, name=name)",
        "ModuleNotFoundError: No module named 'torch.nn'",
        "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB and/or more (GPU 0; 7.79 GiB total)",
        "/opt/lib/python3.12/site-packages/torch/cuda/__init__.py:174: UserWarning: CUDA initialization failed",
        "[W1121 10:20:30 /pytorch/aten/src/ATen/cpu/Utils.cpp:120] Could not initialize NNPACK!",
        "The API of process 17 listens on http://127.0.0.1:40551",
        "API (process 17) ended with exit code -11",
        "Fatal Python error: Segmentation fault",
        "Thread 0x00007f3c (most recent call first):",
    ],
)
def test_what_helps_to_find_a_fault_stays(line: str) -> None:
    assert redact(line) == line


def test_kind_of_error_stays() -> None:
    assert redact("API: AudioDecodeError: “x y.mp3” is broken") == f"API: AudioDecodeError: {HIDDEN} is broken"
    assert redact("AudioDecodeError: x y.mp3 is broken") == f"AudioDecodeError: {HIDDEN}"


def test_name_of_the_person_is_left_out_of_the_programs_own_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/alice")
    assert redact('File "/home/alice/genrescope/app/cli.py", line 3') == 'File "~/genrescope/app/cli.py", line 3'
    monkeypatch.setenv("HOME", "/")
    assert redact('File "/opt/app/cli.py", line 3') == 'File "/opt/app/cli.py", line 3'
