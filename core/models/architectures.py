"""Every architecture: importing this makes the registry complete."""

from core.models import crnn as crnn
from core.models import five_channel_cnn as five_channel_cnn
from core.models import genre_cnn as genre_cnn
from core.models import genre_duet as genre_duet
from core.models import genre_resnet as genre_resnet
from core.models import log_mel_cnn as log_mel_cnn
from core.models import mini_vgg as mini_vgg
from core.models import resnet34 as resnet34
from core.models import resnet34_features as resnet34_features
from core.models import songnet as songnet
from core.models import sound_texture as sound_texture
