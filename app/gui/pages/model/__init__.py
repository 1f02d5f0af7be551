"""Model: choose what answers, and see what it knows and how it learned it."""
