"""Genre recognition as a library: audio in, genres out, with no user interface and no HTTP."""
