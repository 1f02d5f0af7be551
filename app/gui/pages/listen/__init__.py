"""Listen: what the microphone hears, its genre while it plays, and a recording of it."""
