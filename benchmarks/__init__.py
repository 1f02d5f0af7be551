"""Measurements of the whole program: speed, latency, start and memory. Run one as ``python -m benchmarks.NAME``."""
