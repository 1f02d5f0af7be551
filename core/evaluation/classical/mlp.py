"""The multilayer perceptron of the classical comparison, with scikit-learn's interface."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from sklearn.base import BaseEstimator, ClassifierMixin
from torch import nn
from torch.nn import functional as F

Matrix = npt.NDArray[np.floating]


class MlpClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Perceptron with hidden layers of 256, 128 and 64 units, batch normalisation and dropout of 0.2, 0.3 and 0.4.

    Args:
        epochs: Passes over the training examples.
        batch_size: Least number of examples in a batch, where there are as many.
        learning_rate: Of Adam.
        weight_decay: Of Adam.
        random_state: Seed of weights, order and dropout.
    """

    def __init__(
        self,
        epochs: int = 60,
        batch_size: int = 32,
        learning_rate: float = 1e-3,
        weight_decay: float = 1e-4,
        random_state: int = 0,
    ) -> None:
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.random_state = random_state

    def fit(self, X: Matrix, y: npt.NDArray[Any]) -> Self:  # noqa: N803 -- scikit-learn passes both by name
        """Train from scratch on ``X`` ``[n_tracks, n_features]`` and the labels ``y`` ``[n_tracks]``."""
        self.classes_, targets = np.unique(y, return_inverse=True)
        examples, labels = torch.from_numpy(np.asarray(X, dtype=np.float32)), torch.from_numpy(targets)
        # Seeds of our own, so that fitting leaves the caller's random numbers as they were.
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.random_state)
            self.network_ = _create_network(examples.shape[1], len(self.classes_))
            optimizer = torch.optim.Adam(
                self.network_.parameters(), lr=self.learning_rate, weight_decay=self.weight_decay
            )
            # Batches of nearly equal size: batch normalisation cannot train on a rest of one example.
            n_batches = max(1, len(examples) // self.batch_size)
            for _ in range(self.epochs):
                for batch in torch.randperm(len(examples)).tensor_split(n_batches):
                    loss = F.cross_entropy(self.network_(examples[batch]), labels[batch])
                    optimizer.zero_grad()
                    loss.backward()  # type: ignore[no-untyped-call]
                    optimizer.step()
        self.network_.eval()
        return self

    @torch.inference_mode()
    def predict(self, X: Matrix) -> npt.NDArray[Any]:  # noqa: N803
        """The most probable label of each example, ``[n_tracks]``."""
        logits = self.network_(torch.from_numpy(np.asarray(X, dtype=np.float32)))
        labels: npt.NDArray[Any] = self.classes_[logits.argmax(dim=1).numpy()]
        return labels


def _create_network(n_features: int, num_classes: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    n_in = n_features
    for n_out, dropout in ((256, 0.2), (128, 0.3), (64, 0.4)):
        layers += [nn.Linear(n_in, n_out), nn.BatchNorm1d(n_out), nn.ReLU(), nn.Dropout(dropout)]
        n_in = n_out
    return nn.Sequential(*layers, nn.Linear(n_in, num_classes))
