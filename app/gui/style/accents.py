"""The colours that a person can choose between. Each reaches WCAG AA in both modes; the tests compute it.

Tones follow Material 3: 40 and 80 for the accent itself, 90 and 30 for its container, the ends of the scale for text.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, TypeAlias

from app.user_settings import AccentName

_Pair: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Accent:
    """One accent as pairs ``(light, dark)``."""

    title: str
    primary: _Pair
    primary_hover: _Pair
    on_primary: _Pair
    container: _Pair
    container_hover: _Pair
    on_container: _Pair


#: The fields of an accent that are colours, in their order.
TOKENS: Final = tuple(field.name for field in fields(Accent) if field.name != "title")

ACCENTS: Final[dict[AccentName, Accent]] = {
    "indigo": Accent(
        "Indigo",
        primary=("#4257A8", "#B7C4FF"),
        primary_hover=("#364B9B", "#C9D3FF"),
        on_primary=("#FFFFFF", "#0D2678"),
        container=("#DCE1FF", "#2E407F"),
        container_hover=("#CDD4FB", "#384B8E"),
        on_container=("#00164F", "#DCE1FF"),
    ),
    "teal": Accent(
        "Teal",
        primary=("#00696B", "#7FD5D4"),
        primary_hover=("#005B5D", "#97E2E1"),
        on_primary=("#FFFFFF", "#003738"),
        container=("#C9ECEB", "#144D4E"),
        container_hover=("#B8E0DF", "#1E595A"),
        on_container=("#002021", "#C9ECEB"),
    ),
    "green": Accent(
        "Green",
        primary=("#35693A", "#9DD49D"),
        primary_hover=("#295C2F", "#B0E1AF"),
        on_primary=("#FFFFFF", "#05390F"),
        container=("#D2EBD0", "#214F28"),
        container_hover=("#C2E0C1", "#2B5B32"),
        on_container=("#002106", "#D2EBD0"),
    ),
    "violet": Accent(
        "Violet",
        primary=("#6A4EA2", "#D2BCFF"),
        primary_hover=("#5D4195", "#DECDFF"),
        on_primary=("#FFFFFF", "#3A1D70"),
        container=("#EADDFF", "#503788"),
        container_hover=("#DDCEF8", "#5B4294"),
        on_container=("#25005A", "#EADDFF"),
    ),
    "rose": Accent(
        "Rose",
        primary=("#984061", "#FFB0C8"),
        primary_hover=("#8A3355", "#FFC4D6"),
        on_primary=("#FFFFFF", "#5E1133"),
        container=("#FFD9E2", "#78294A"),
        container_hover=("#F8CAD6", "#853456"),
        on_container=("#3E001D", "#FFD9E2"),
    ),
    "amber": Accent(
        "Amber",
        primary=("#7A5600", "#EEC06C"),
        primary_hover=("#6C4B00", "#F6CF86"),
        on_primary=("#FFFFFF", "#402D00"),
        container=("#FAE3BB", "#5A4107"),
        container_hover=("#F1D7A7", "#664C11"),
        on_container=("#261A00", "#FAE3BB"),
    ),
}

DEFAULT_ACCENT: Final[AccentName] = "indigo"
