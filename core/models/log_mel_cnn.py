"""A four-stage CNN over the log-mel, normalised for each example."""

from __future__ import annotations

from torch import Tensor, nn

from core.models.registry import SegmentClassifier, register_architecture


@register_architecture("log_mel_cnn")
class LogMelCnn(SegmentClassifier):
    """Convolutional network of a student desktop system (CustomTkinter window over a FastAPI service).

    Source: A. Tewari, “Music Genre Classification” (github.com/AmanTewariSkoolKid/Music-Classification): every
    spectrogram loses its own mean and is divided by its own standard deviation; four stages of convolution, batch
    normalisation, ReLU and pooling; global mean; 256 → 128 → logits. Input ``[batch, n_mels, n_frames]`` of any size
    from 16 × 16 on; the source gives it a whole clip, 128 × 1292.

    Args:
        num_classes: Genres.
        dropout: Before the classifier.
    """

    def __init__(self, num_classes: int, dropout: float = 0.5) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        n_in = 1
        for n_out in (32, 64, 128, 256):
            layers += [nn.Conv2d(n_in, n_out, 3, padding=1), nn.BatchNorm2d(n_out), nn.ReLU(), nn.MaxPool2d(2)]
            n_in = n_out
        self.trunk = nn.Sequential(*layers)
        self.hidden = nn.Sequential(nn.Linear(256, 128), nn.ReLU())
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(128, num_classes)

    def embed(self, segments: Tensor) -> Tensor:
        """The hidden layer, ``[batch, 128]``; it does not depend on level or contrast of the log-mel."""
        mean = segments.mean(dim=(1, 2), keepdim=True)
        deviation = segments.std(dim=(1, 2), keepdim=True)
        maps = self.trunk(((segments - mean) / (deviation + 1e-8))[:, None])
        embedding: Tensor = self.hidden(maps.mean(dim=(2, 3)))
        return embedding

    def classify(self, embedding: Tensor) -> Tensor:
        """Logits ``[batch, num_classes]``."""
        logits: Tensor = self.classifier(self.dropout(embedding))
        return logits
