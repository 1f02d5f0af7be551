"""Hearing a file again: decoded by core's own bounded decoding, played through PortAudio, seen as a spectrogram.

Like all of the window it uses nothing of ``core`` but ``core.audio`` and its errors, which need no PyTorch.
"""
