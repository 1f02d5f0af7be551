"""Files that try to reach other files, to fill the memory or to end the process."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import av
import psutil
import pytest

from core.audio import ffmpeg_input
from core.audio.decode import decode_audio
from core.errors import AudioDecodeError
from tests.core.audio.encoded import encode, make_sine, write_caf_with_channel_labels

PLAYLISTS = {
    "list.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nsecret.aac\n#EXT-X-ENDLIST\n",
    "list.ffconcat": "ffconcat version 1.0\nfile secret.aac\n",
}


@pytest.fixture(params=sorted(PLAYLISTS))
def playlist(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list that names another file; FFmpeg finds it beside the list or in the current folder."""
    encode(tmp_path / "secret.aac", make_sine(), "aac")
    path = tmp_path / request.param
    path.write_text(PLAYLISTS[request.param], encoding="ascii")
    monkeypatch.chdir(tmp_path)
    return path


def test_playlist_works_where_it_is_not_refused(playlist: Path) -> None:
    with av.open(str(playlist)) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) > 100_000


@pytest.mark.parametrize("suffix", ["", ".mp3"])
def test_playlist_is_not_followed(playlist: Path, suffix: str) -> None:
    path = playlist.rename(playlist.with_name(playlist.name + suffix))
    with pytest.raises(AudioDecodeError):
        decode_audio(path)


def test_no_other_file_is_opened_even_by_an_allowed_format(playlist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffmpeg_input, "_FORMATS", ffmpeg_input._FORMATS + ",hls,concat")
    with pytest.raises(AudioDecodeError):
        decode_audio(playlist)


@pytest.mark.parametrize(
    "content",
    [
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        b"1\n00:00:00,000 --> 00:00:05,000\nA subtitle\n\n2\n00:00:05,000 --> 00:00:09,000\nAnother\n",
        b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
        b";FFMETADATA1\ntitle=x\n",
    ],
    ids=["sdp", "subtitle", "picture", "metadata"],
)
def test_what_is_no_sound_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.mp3"
    path.write_bytes(content)
    with pytest.raises(AudioDecodeError):
        decode_audio(path)


def write_png(path: Path, width: int, height: int) -> Path:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(1)
    row = bytes(4 * width + 1)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))
    return path


def test_huge_cover_picture_is_not_unpacked(tmp_path: Path) -> None:
    picture = write_png(tmp_path / "cover.png", 8000, 8000).read_bytes()
    sound = encode(tmp_path / "plain.mp3", make_sine(), "libmp3lame").read_bytes()
    frame = b"APIC" + struct.pack(">I", len(picture) + 13) + b"\0\0" + b"\0image/png\0\x03\0" + picture
    size = bytes((len(frame) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    path = tmp_path / "cover.mp3"
    path.write_bytes(b"ID3\x03\0\0" + size + frame + sound)
    # In a process of its own: only there is the peak that of this file. Unpacked, the picture takes 256 MB.
    peak = run_decoder(path)
    assert peak < run_decoder(tmp_path / "plain.mp3") + 60_000_000


@pytest.mark.parametrize("labels", [[2, 1], [3, 2, 1], [4, 1, 3, 2, 6, 5]])
def test_channels_in_an_order_of_their_own_do_not_end_the_process(tmp_path: Path, labels: list[int]) -> None:
    run_decoder(write_caf_with_channel_labels(tmp_path / "odd.caf", labels, 100_000))


def run_decoder(path: Path) -> int:
    """Decode in another process, which must end well; return its peak memory in bytes."""
    program = (
        "import sys, psutil\n"
        "from core.audio.decode import decode_audio\n"
        "assert decode_audio(sys.argv[1]).duration_s > 1\n"
        "info = psutil.Process().memory_info()\n"
        "try:\n"
        "    import resource\n"
        "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == 'darwin' else 1024))\n"
        "except ImportError:\n"
        "    print(info.peak_wset)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return int(result.stdout)


def test_nothing_is_left_in_memory(tmp_path: Path) -> None:
    path = encode(tmp_path / "sine.mp3", make_sine(), "libmp3lame")
    process = psutil.Process()
    for _ in range(20):
        decode_audio(path)
    before = process.memory_info().rss
    for _ in range(100):
        decode_audio(path)
    assert process.memory_info().rss - before < 20_000_000
