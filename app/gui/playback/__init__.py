"""Hearing a file again: decoded by core's own bounded decoding, played through PortAudio, seen as a spectrogram.

The only part of the window that uses ``core``, and of that nothing but ``core.audio``, which needs no PyTorch.
"""
