"""Architectures, one per file, and the files that models travel in."""
