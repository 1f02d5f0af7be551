"""The log-mel front end: a module whose tables travel in the checkpoint, so that serving cannot drift from training.

A *window* (30 s of sound, or what there is of it) becomes one log-mel spectrogram scaled by its own loudest and
quietest value; *segments*, the model's input, are cut from it.
"""

from __future__ import annotations

from typing import Self

import torch
from torch import Tensor, nn

from core.errors import FeatureError
from core.features.log_mel_config import LogMelConfig as LogMelConfig

#: Power below which a mel band counts as empty (librosa.power_to_db's ``amin``).
MIN_POWER = 1e-10


class LogMel(nn.Module):
    """Waveform window to log-mel spectrogram.

    The Hann window and the mel filterbank are buffers: empty after construction, filled by ``create`` when a model
    is born and by ``load_state_dict`` ever after.
    """

    taper: Tensor
    mel_filterbank: Tensor

    def __init__(self, config: LogMelConfig) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("taper", torch.empty(config.n_fft))
        self.register_buffer("mel_filterbank", torch.empty(config.n_fft // 2 + 1, config.n_mels))

    @classmethod
    def create(cls, config: LogMelConfig) -> Self:
        """A front end with its tables computed, for a new model; needs torchaudio (extra ``train``)."""
        import torchaudio

        front_end = cls(config)
        front_end.taper = torch.hann_window(config.n_fft, periodic=True)
        front_end.mel_filterbank = torchaudio.functional.melscale_fbanks(
            n_freqs=config.n_fft // 2 + 1,
            f_min=config.fmin,
            f_max=config.fmax,
            n_mels=config.n_mels,
            sample_rate=config.sample_rate,
            norm="slaney",
            mel_scale="slaney",
        )
        return front_end

    def forward(self, waveform: Tensor) -> Tensor:
        """Compute one window's spectrogram.

        Args:
            waveform: float32 ``[n_samples]``, at least one sample.

        Returns:
            float32 ``[n_mels, n_frames]`` in 0..1, as ``scale_log_mel`` gives it.
        """
        n_fft, hop_length = self.config.n_fft, self.config.hop_length
        n_stft_frames = 1 + waveform.numel() // hop_length
        n_frames = max(1, int(n_stft_frames / self.config.frame_stride))
        columns = torch.arange(n_frames, device=waveform.device, dtype=torch.float64)
        frames = ((columns + 0.5) * self.config.frame_stride).long().clamp(max=n_stft_frames - 1)
        # Only the frames that become columns are transformed: a third of the work of a full STFT.
        padded = nn.functional.pad(waveform, (n_fft // 2, n_fft // 2 + hop_length))
        framed = padded.unfold(0, n_fft, hop_length)[frames] * self.taper
        power = torch.fft.rfft(framed).abs().square()
        mel_power = power @ self.mel_filterbank
        log_mel_db = 10.0 * torch.log10(mel_power.clamp(min=MIN_POWER)).T
        log_mel_db = log_mel_db.clamp(min=float(log_mel_db.max()) - self.config.top_db)
        return scale_log_mel(log_mel_db)


def scale_log_mel(log_mel: Tensor) -> Tensor:
    """Scale a window's log-mel by its own range, as the packs are.

    Args:
        log_mel: ``[n_mels, n_frames]``, in dB or on any linear scale of it.

    Returns:
        float32 ``[n_mels, n_frames]`` in 0..1; zeros where all values are the same (silence).
    """
    log_mel = log_mel.float()
    low, high = log_mel.min(), log_mel.max()
    return (log_mel - low) / (high - low).clamp(min=1e-6)


def split_into_segments(log_mel: Tensor, config: LogMelConfig) -> tuple[Tensor, Tensor]:
    """Cut a window's log-mel into equal, evenly spread model inputs.

    A window shorter than one segment is repeated until it fills one.

    Args:
        log_mel: ``[n_mels, n_frames]``.
        config: Its ``segment_frames`` and ``segment_hop_frames`` apply.

    Returns:
        Segments ``[n_segments, n_mels, segment_frames]`` and the first column of each, int64 ``[n_segments]``.

    Raises:
        FeatureError: When there is no column, or the number of mel bands is not the model's.
    """
    n_mels, n_frames = log_mel.shape
    if n_mels != config.n_mels or n_frames == 0:
        raise FeatureError(
            f"The log-mel has the shape [{n_mels}, {n_frames}]; this model takes [{config.n_mels}, n_frames] "
            "with at least one frame."
        )
    if n_frames < config.segment_frames:
        log_mel = log_mel.repeat(1, -(-config.segment_frames // n_frames))[:, : config.segment_frames]
    room = log_mel.shape[1] - config.segment_frames
    n_segments = 1 + -(-room // config.segment_hop_frames)
    starts = torch.linspace(0, room, n_segments).round().long()
    segments = torch.stack([log_mel[:, start : start + config.segment_frames] for start in starts.tolist()])
    return segments, starts
