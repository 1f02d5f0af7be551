"""Sound: decoding, windows, and what is drawn of it."""
