from tests.virtual_sound_card import no_sound_card, sound_card

__all__ = ["no_sound_card", "sound_card"]
