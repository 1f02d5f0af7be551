"""Library: whole folders are identified in the background, and what came of it is looked through."""
