"""Architectures, one per file, and the checkpoint they travel in."""

from core.models import genre_resnet as genre_resnet
