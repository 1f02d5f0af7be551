"""How each architecture is trained: the product's own recipe, and those that the reproduced systems published.

All share one loop, one split and one scoring; a preset changes only what its source does differently. An epoch here is
one random segment of each track, where the sources with segments of 3 s see all ten: their presets have more epochs.
"""

from __future__ import annotations

from dataclasses import fields, replace

from core.datasets.pack_format import FIVE_CHANNEL_FORMAT, FMA_FORMAT
from core.errors import UnknownModelError, describe_unknown_name
from core.features.log_mel import LogMelConfig
from core.training.augmentation import AugmentationConfig
from core.training.config import AuxiliaryConfig, ScheduleConfig, TrainingConfig

NO_AUGMENTATION = AugmentationConfig(**{entry.name: 0 for entry in fields(AugmentationConfig)})

_WHOLE_CLIP = LogMelConfig(segment_frames=387, segment_hop_frames=387)
_THREE_SECONDS = LogMelConfig(segment_frames=39, segment_hop_frames=39)

# Adam at its usual rate and nothing else: what the published systems have in common.
_PLAIN = TrainingConfig(
    augmentation=NO_AUGMENTATION,
    epochs=100,
    optimizer="adam",
    learning_rate=1e-3,
    weight_decay=0.0,
    schedule=ScheduleConfig("constant"),
    label_smoothing=0.0,
    average_decay=0.0,
)
_PLAIN_THREE_SECONDS = replace(_PLAIN, features=_THREE_SECONDS, epochs=300)
# Its sources tell the optimizer and no more; at a constant rate the last epoch's weights are as good as a draw.
_RESNET34 = replace(_PLAIN_THREE_SECONDS, epochs=200, schedule=ScheduleConfig("one_cycle"))

# Telling artists apart takes more room than telling eight genres: a million parameters instead of half a million.
_WIDE = {"channels": (32, 96, 192, 384)}

_FINETUNED = TrainingConfig(model_config=_WIDE, epochs=92, artist_balance=0.5)

PRESETS: dict[str, TrainingConfig] = {
    "genre_resnet": TrainingConfig(),
    # The shipped one: GTZAN beside FMA, whose recordings are thirty years younger and fifteen times as many. To be
    # started from “genre_resnet_fma” (--init), which knows so much that few epochs are best: with more, the artists of
    # GTZAN are learnt, a third of whose training tracks are by eight of them.
    "genre_resnet_joint": replace(
        _FINETUNED,
        auxiliary=AuxiliaryConfig(FMA_FORMAT.config),
        augmentation=AugmentationConfig(mixup_alpha=0.5),
        learning_rate=1.5e-3,
        epochs=80,
    ),
    # The same without a second dataset: for your own music.
    "genre_resnet_finetuned": _FINETUNED,
    # The front end of the FMA pack, in whose 128 columns half a minute lies: segments of half of them leave room to
    # draw others in every epoch. Its eight genres are broad, so the artists teach as well.
    "genre_resnet_fma": TrainingConfig(
        model_config=_WIDE,
        features=replace(FMA_FORMAT.config, segment_frames=64, segment_hop_frames=32),
        augmentation=AugmentationConfig(max_mask_frames=10, max_contrast=0.0, mixup_alpha=0.3),
        artist_weight=0.5,
        epochs=48,
        batch_size=64,
        val_interval=4,
    ),
    # What is hidden or mixed has no statistics of its own, so segments are left whole here.
    "sound_texture": TrainingConfig(
        model_name="sound_texture",
        augmentation=AugmentationConfig(n_masks=0, mixup_alpha=0.0),
        epochs=100,
        learning_rate=2e-2,
    ),
    # The network itself pads the clip to the 1 280 columns of its source.
    "genre_cnn": replace(
        _PLAIN,
        model_name="genre_cnn",
        features=_WHOLE_CLIP,
        schedule=ScheduleConfig("step", step_epochs=20, factor=0.5),
    ),
    # github.com/Nithin-Adithya/Songnet, music_genre_classifier/train.py.
    "songnet": replace(
        _PLAIN,
        model_name="songnet",
        features=_WHOLE_CLIP,
        epochs=50,
        schedule=ScheduleConfig("plateau", factor=0.5, patience=3),
        early_stopping_patience=10,
        keep="best_val_loss",
        val_interval=1,
    ),
    # github.com/AmanTewariSkoolKid/Music-Classification, train.py, which passes ten times over the 25 000 tracks of
    # FMA-medium; SpecAugment is switched on by “--masks”.
    "log_mel_cnn": replace(
        _PLAIN,
        model_name="log_mel_cnn",
        features=_WHOLE_CLIP,
        learning_rate=1e-2,
        schedule=ScheduleConfig("plateau", factor=0.5, patience=5),
        keep="best_val_loss",
        val_interval=1,
    ),
    "mini_vgg": replace(_PLAIN_THREE_SECONDS, model_name="mini_vgg"),
    "mini_vgg_3_blocks": replace(_PLAIN_THREE_SECONDS, model_name="mini_vgg", model_config={"n_blocks": 3}),
    "resnet34": replace(_RESNET34, model_name="resnet34"),
    "resnet34_features": replace(_RESNET34, model_name="resnet34_features"),
    "crnn": replace(_PLAIN_THREE_SECONDS, model_name="crnn"),
    # github.com/abhiramk2004/music-genre-classification.
    "five_channel_cnn": replace(
        _PLAIN_THREE_SECONDS, model_name="five_channel_cnn", features=FIVE_CHANNEL_FORMAT.config, weight_decay=1e-4
    ),
}


def find_preset(name: str) -> TrainingConfig:
    """The preset of that name.

    Raises:
        UnknownModelError: With the known names and the nearest one.
    """
    if name not in PRESETS:
        raise UnknownModelError(describe_unknown_name("preset", name, PRESETS))
    return PRESETS[name]
