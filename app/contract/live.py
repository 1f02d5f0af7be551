"""``WS /api/live``: sound in, events out. Text messages are JSON; binary messages are sound.

The client speaks first: one ``start``. The server answers ``ready``; then the client sends sound as binary messages,
as fast as it likes, and control messages in between. The server sends events as they happen; after ``stop`` it sends
what was still to come, with the ``final`` of a song that was still on, and closes.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from app.contract.base import Contract
from app.contract.prediction import PREDICTION_EXAMPLE, Prediction

SampleFormat = Literal["f32le", "s16le"]

#: Of one binary message: 2.7 s of stereo at 48 000 Hz as float32, many times what is worth gathering.
MAX_SOUND_BYTES: Final = 1024**2
#: Of one text message, in characters: none of those below comes near it.
MAX_TEXT_LENGTH: Final = 4096


_TimeS = Annotated[float, Field(description="end of the sound that this tells of, in seconds of sound since the start")]
#: What was heard has no file, no waveform and no place in the library.
_HEARD: Final = PREDICTION_EXAMPLE | {
    "waveform_peaks": [],
    "metadata": {"duration_s": 9.6},
    "timings": {"decode_ms": 0.0, "total_ms": 31.4},
    "track_id": None,
}


def _example(**fields: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [fields]})


class _Request(Contract):
    """What a client sends; unlike in events, a field that is not known is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LiveStart(_Request):
    """The first message: what the binary messages will hold."""

    model_config = _example(type="start", sample_rate=48000, channels=1, sample_format="f32le", denoise=False)

    type: Literal["start"] = "start"
    sample_rate: int = Field(ge=1_000, le=768_000, description="Hz, 1 000 to 768 000")
    channels: int = Field(default=1, ge=1, le=64, description="1 to 64, interleaved; they are mixed")
    sample_format: SampleFormat = Field(
        default="f32le", description="float32 in -1..1, or signed 16-bit integers; little-endian"
    )
    denoise: bool = Field(default=False, description="as in “denoise”, from the beginning")


class LiveSampleNoise(_Request):
    """“This is the room without music”: the next seconds are taken as noise. They are not judged; a song ends here."""

    model_config = _example(type="sample_noise", seconds=2.0)

    type: Literal["sample_noise"] = "sample_noise"
    seconds: float = Field(default=2.0, ge=0.5, le=30, description="0.5 to 30")


class LiveDenoise(_Request):
    """Whether what follows is judged with the sampled noise subtracted, too. Without effect until noise was sampled."""

    model_config = _example(type="denoise", on=True)

    type: Literal["denoise"] = "denoise"
    on: bool = Field(description="from the next sound on")


class LiveStop(_Request):
    """The sound is over: the server tells what was still to come and closes with 1000."""

    model_config = _example(type="stop")

    type: Literal["stop"] = "stop"


class LiveReady(Contract):
    """The answer to “start”: sound is welcome."""

    model_config = _example(type="ready", model_id="mine", genres=["jazz", "rock"])

    type: Literal["ready"] = "ready"
    model_id: str = Field(description="of the model that answers until the end, also where another one is activated")
    genres: list[str] = Field(description="that the model knows")


class LiveNoiseSampled(Contract):
    """The answer to “sample_noise”, when enough was heard; from now on sound counts as music again."""

    model_config = _example(type="noise_sampled", time_s=2.0, rms_db=-52.3)

    type: Literal["noise_sampled"] = "noise_sampled"
    time_s: _TimeS
    rms_db: float = Field(description="how loud the noise is, in dB below full scale")


class LiveLevel(Contract):
    """How loud it is, ten times per second of sound; where noise is taken away, how loud the rest is."""

    model_config = _example(type="level", time_s=12.3, rms_db=-18.4, peak_db=-6.1)

    type: Literal["level"] = "level"
    time_s: _TimeS
    rms_db: float = Field(description="dB below full scale, at least -100")
    peak_db: float = Field(description="of the loudest sample, likewise")


class LivePartial(Contract):
    """The answer so far, once per second of sound; while it is silent, that it is."""

    model_config = _example(type="partial", time_s=12.0, start_s=2.4, prediction=_HEARD)

    type: Literal["partial"] = "partial"
    time_s: _TimeS
    start_s: float = Field(description="where the song begins, in seconds of sound since the start")
    prediction: Prediction = Field(
        description="as of a file; its duration is what was heard of the song, its segments count from the song's "
        "start, and there are no waveform peaks"
    )


class LiveFinal(Contract):
    """The answer for a song that is over: another one began, a pause came, noise is sampled, or the sound ended."""

    model_config = _example(type="final", time_s=214.3, start_s=2.4, prediction=_HEARD)

    type: Literal["final"] = "final"
    time_s: _TimeS
    start_s: float = Field(description="where the song began, in seconds of sound since the start")
    prediction: Prediction = Field(description="as in “partial”")


class LiveSongChange(Contract):
    """Another song began; what was heard before counts no longer."""

    model_config = _example(type="song_change", time_s=226.0, start_s=216.1, reason="sound")

    type: Literal["song_change"] = "song_change"
    time_s: _TimeS
    start_s: float = Field(description="where the song begins, in seconds of sound since the start")
    reason: Literal["sound", "pause"] = Field(description="whether it sounds different, or came after a pause")


class LiveProblem(Contract):
    """Why the server ends the session; nothing but the closing handshake follows."""

    model_config = _example(
        type="problem", code="sound_before_start", detail="Send “start” before sound, so that its form is known."
    )

    type: Literal["problem"] = "problem"
    code: str = Field(description="for programs: stable")
    detail: str = Field(description="for people: what is wrong and what to do")


LiveRequest = LiveStart | LiveSampleNoise | LiveDenoise | LiveStop
LiveEvent = LiveReady | LiveNoiseSampled | LiveLevel | LivePartial | LiveFinal | LiveSongChange | LiveProblem

live_request: Final[TypeAdapter[LiveRequest]] = TypeAdapter(Annotated[LiveRequest, Field(discriminator="type")])
live_event: Final[TypeAdapter[LiveEvent]] = TypeAdapter(Annotated[LiveEvent, Field(discriminator="type")])
