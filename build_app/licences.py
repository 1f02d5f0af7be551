"""Which licences travel in the bundle, read from what was put into it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Final

_OWN_NAME: Final = "genrescope"
_LICENCE_FILE: Final = re.compile(r"(licen[cs]e|copying|notice|copyright)", re.IGNORECASE)
_RULE: Final = "=" * 100

_INTRODUCTION: Final = """\
Genrescope itself is under the MIT licence (LICENSE.txt). This folder also holds the work of others, listed below with
their licences. Because of mutagen (GPL version 2 or later), and of PyAV's FFmpeg, which calls itself
“{ffmpeg}” and brings x264 and x265 (GPL version 2 or later), the folder as a whole may be passed on under
the terms of the GNU General Public License, version 3 or later. The sources of every part are published under its name
and version; Genrescope's build.spec and build_app make the folder from them.
"""


@dataclass(frozen=True)
class Component:
    """A part of the bundle that somebody else has made.

    Attributes:
        title: Name and version.
        licence: In a line, and what else is in it; empty where nobody says it in a line.
        texts: The licences in full.
    """

    title: str
    licence: str
    texts: tuple[str, ...]


def write_licences(path: Path, sources: Iterable[str]) -> None:
    """Write who made what is in the bundle, and under which licence.

    Args:
        path: The text file to write.
        sources: The files that were put into the bundle, where they were before.
    """
    files = {Path(source).resolve() for source in sources if source}
    packages = list(_find_packages(files))
    components = [_describe_python(), *packages, *_describe_system_libraries(files)]
    lines = [_INTRODUCTION.format(ffmpeg=_ask_ffmpeg())]
    lines += [f"{component.title}: {component.licence or 'see below'}" for component in components]
    for component in components:
        for text in component.texts:
            lines += ["", _RULE, component.title, _RULE, "", text.strip()]
    # Some licences were written with form feeds and worse.
    content = "".join(letter for letter in "\n".join(lines) if letter >= " " or letter in "\n\t")
    path.write_text(f"{content}\n", encoding="utf-8")


def _find_packages(files: set[Path]) -> Iterator[Component]:
    found = {}
    for distribution in distributions():
        name = distribution.metadata["Name"]
        if name != _OWN_NAME and any(path in files for path in _files_of(distribution)):
            found[name.casefold()] = distribution
    for _, distribution in sorted(found.items()):
        yield Component(
            f"{distribution.metadata['Name']} {distribution.version}",
            _name_licence(distribution) + _name_libraries(distribution, files),
            tuple(dict.fromkeys(_read_licences(distribution))),
        )


def _files_of(distribution: Distribution) -> Iterator[Path]:
    # Not each of them resolved: there are tens of thousands.
    folder = Path(str(distribution.locate_file(""))).resolve()
    return (folder / file for file in distribution.files or ())


def _name_licence(distribution: Distribution) -> str:
    metadata = distribution.metadata.json
    classifiers = [
        line.rpartition("::")[2].strip() for line in metadata.get("classifier", []) if line.startswith("License ::")
    ]
    named = metadata.get("license_expression") or ", ".join(classifiers) or metadata.get("license") or ""
    return str(named).strip().partition("\n")[0]


def _name_libraries(distribution: Distribution, files: set[Path]) -> str:
    """What a wheel brings of others: auditwheel and its like put it into a folder beside the package."""
    found = {
        re.split(r"[-.]", path.name)[0]
        for path in _files_of(distribution)
        if path.parent.suffix in (".libs", ".dylibs") and path in files
    }
    return f"; with {', '.join(sorted(found))}" if found else ""


def _read_licences(distribution: Distribution) -> Iterator[str]:
    for file in distribution.files or ():
        if ".dist-info" in file.parts[0] and any(_LICENCE_FILE.match(part) for part in file.parts[1:]):
            yield Path(str(distribution.locate_file(file))).read_text(encoding="utf-8", errors="replace")


def _describe_python() -> Component:
    version = sys.version.partition(" ")[0]
    candidates = [
        Path(sysconfig.get_path("stdlib")) / "LICENSE.txt",
        Path(sys.base_prefix) / "LICENSE.txt",
        Path(f"/usr/share/doc/python3.{sys.version_info.minor}/copyright"),
    ]
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in candidates if path.is_file()]
    return Component(f"Python {version}", "PSF-2.0", tuple(texts[:1]))


def _describe_system_libraries(files: set[Path]) -> Iterator[Component]:
    """Libraries of a Linux distribution that were put into the bundle, by package where that can be asked."""
    if sys.platform != "linux":
        return
    prefixes = (Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve())
    libraries = [
        file for file in files if ".so" in file.name and not any(file.is_relative_to(prefix) for prefix in prefixes)
    ]
    for package in sorted({_find_package(library) for library in libraries}):
        copyright_file = Path("/usr/share/doc") / package.partition(":")[0] / "copyright"
        texts = (copyright_file.read_text(encoding="utf-8", errors="replace"),) if copyright_file.is_file() else ()
        yield Component(f"{package} (of the system that this was built on)", "", texts)


def _find_package(library: Path) -> str:
    dpkg = shutil.which("dpkg-query")
    if dpkg is not None:
        # Debian's list has the path from before /lib became a link to /usr/lib.
        for path in (library, Path("/") / library.relative_to("/usr") if library.is_relative_to("/usr") else library):
            answer = subprocess.run([dpkg, "--search", str(path)], capture_output=True, text=True, check=False)
            if answer.returncode == 0:
                return answer.stdout.partition(": ")[0].partition(",")[0]
    return library.name


def _ask_ffmpeg() -> str:
    from av._core import library_meta

    return str(library_meta["libavcodec"]["license"])
