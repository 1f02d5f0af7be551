"""Builds the frozen program: ``python -m build_app``; docs/PACKAGING.md tells what comes out."""
