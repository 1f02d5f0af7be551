"""Figures with the bar that they should meet, for people and for programs."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One measured number.

    Attributes:
        name: What was measured.
        value: The number, or ``None`` if it could not be measured.
        unit: Of ``value`` and ``bar``.
        bar: The largest value that is good, or ``None`` if there is none.
        note: What a reader should know about it.
    """

    name: str
    value: float | None
    unit: str
    bar: float | None = None
    note: str = ""

    @property
    def meets_bar(self) -> bool | None:
        """Whether the value is good; ``None`` if nobody says what is."""
        return None if self.bar is None or self.value is None else self.value <= self.bar


def create_parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the option that every benchmark has."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    return parser


def print_figures(figures: Sequence[Figure], *, as_json: bool) -> None:
    """Print the figures, each with its bar beside it."""
    if as_json:
        machine = {"system": platform.platform(), "python": platform.python_version(), "cores": os.cpu_count()}
        rows = [asdict(figure) | {"meets_bar": figure.meets_bar} for figure in figures]
        print(json.dumps({"machine": machine, "figures": rows}, indent=2))
        return
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        value = "not measured" if figure.value is None else f"{figure.value:.3f} {figure.unit}"
        bar = "" if figure.bar is None else f"bar {figure.bar:g} {figure.unit}"
        verdict = {True: "met", False: "MISSED", None: ""}[figure.meets_bar]
        print(f"{figure.name:<{width}}  {value:>16}  {bar:<14}  {verdict:<6}  {figure.note}".rstrip())
