"""Identify: give files, and see what genre each one is."""
