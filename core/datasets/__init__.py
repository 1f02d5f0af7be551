"""Labelled music to train and evaluate on."""
