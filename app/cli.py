"""The command line: each verb's arguments are parsed here, and its work is done elsewhere.

Heavy imports wait until a verb needs them, so that ``--help`` and the window start at once.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from app.cli_lab import Verbs, add_backend_option, add_lab_verbs, add_model_options
from app.frozen import is_frozen, leave_out_missing_verbs
from app.settings import PROJECT, VERSION


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: Without the program's name; ``None`` takes them from the process.

    Returns:
        The exit code: 0 when all went well, 1 when something failed, 2 for wrong usage, 130 after Ctrl-C.
    """
    _make_output_printable(sys.stdout, sys.stderr)
    options = _create_parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1
    except Exception as error:
        from core.errors import GenrescopeError

        if not isinstance(error, GenrescopeError):
            if not is_frozen():
                raise
            # A frozen program with a window of its own would show a box, and wait until somebody closes it.
            traceback.print_exc()
            return 1
        print(f"{PROJECT}: {error}", file=sys.stderr)
        return 1


def _make_output_printable(*streams: TextIO | None) -> None:
    """File names may hold bytes that are no text, and consoles may lack letters: escape both instead of failing."""
    for stream in streams:
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _create_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="genrescope",
        description="Tells the genre of music from the sound alone. Without a verb: opens the window.",
    )
    parser.add_argument("--version", action="version", version=f"{PROJECT} {VERSION}")
    parser.add_argument("--device", help="PyTorch device (cpu, cuda, cuda:1, mps) instead of the best that works")
    add_backend_option(parser, default=None)
    parser.add_argument(
        "--debug", action="store_true", help="leave the names of music, which are otherwise hidden, in the window's log"
    )
    parser.set_defaults(run=_open_window)
    parser.add_argument(
        "--smoke-test",
        dest="run",
        action="store_const",
        const=_test,
        help="start every part of the program once, say as JSON what works, and end with 0 or 1",
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB")
    _add_predict(verbs)
    _add_listen(verbs)
    _add_serve(verbs)
    _add_doctor(verbs)
    add_lab_verbs(verbs)
    if is_frozen():
        verbs.choices.update(leave_out_missing_verbs(verbs.choices))
    # The launcher's own child; people start the window without a verb.
    verbs.add_parser("window").set_defaults(run=_run_window)
    return parser


def _add_predict(verbs: Verbs) -> None:
    parser = verbs.add_parser("predict", help="tell the genre of files")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one JSON object per line, as the API answers")
    parser.add_argument("--top", type=int, default=1, metavar="K", help="show the K most probable genres")
    add_model_options(parser)
    parser.set_defaults(run=_predict)


def _add_listen(verbs: Verbs) -> None:
    parser = verbs.add_parser("listen", help="tell the genre of what the microphone hears, or the computer plays")
    sources = parser.add_mutually_exclusive_group()
    # Not the PyTorch device, which is given before the verb here.
    sources.add_argument(
        "--device",
        dest="microphone",
        metavar="NAME",
        help="a microphone's name or a part of it (default: the one of the settings, else the system's favourite)",
    )
    sources.add_argument(
        "--system-audio",
        nargs="?",
        const="",
        metavar="OUTPUT",
        help="hear what the computer plays on OUTPUT (default: the system's favourite), not the microphone",
    )
    parser.add_argument(
        "--seconds", type=_duration, default=10.0, metavar="S", help="how long; “inf” until Ctrl-C (default: 10)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line: level, partial, final, …")
    parser.add_argument("--denoise", action="store_true", help="take the first second for noise, and subtract it")
    parser.add_argument("--model", default="gtzan", help="a shipped model's id or a model file (default: gtzan)")
    add_backend_option(parser)
    parser.set_defaults(run=_listen)


def _add_serve(verbs: Verbs) -> None:
    parser = verbs.add_parser("serve", help="run the local HTTP API")
    addresses = parser.add_mutually_exclusive_group()
    addresses.add_argument("--host", default="127.0.0.1", help="a loopback address (default: 127.0.0.1)")
    addresses.add_argument(
        "--in-container",
        action="store_true",
        help="listen on every address of a container, whose port was published on 127.0.0.1; needs GENRESCOPE_TOKEN",
    )
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one (default: 8000)")
    parser.add_argument(
        "--min-confidence",
        type=_probability,
        metavar="P",
        help="call answers below it “unsure”, 0..1 (default: what the model was calibrated for)",
    )
    parser.add_argument("--watch-parent", action="store_true", help="end when standard input ends")
    parser.add_argument(
        "--allow-folder",
        dest="allowed_folders",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="read only files inside it when a request names a path; may be given several times (default: any file)",
    )
    add_model_options(parser)
    parser.set_defaults(run=_serve)


def _add_doctor(verbs: Verbs) -> None:
    parser = verbs.add_parser("doctor", help="say what works on this computer, and what to do about what does not")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_examine)


def _probability(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return value


def _duration(text: str) -> float:
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text} is not a time above 0 s")
    return value


def _open_window(options: argparse.Namespace) -> int:
    from app.launcher import run_launcher

    return run_launcher(options.device, options.backend, is_debugging=options.debug)


def _test(options: argparse.Namespace) -> int:
    from app.smoke_test import run_smoke_test

    return run_smoke_test(options.device)


def _run_window(options: argparse.Namespace) -> int:
    from app.gui.main import run_window

    return run_window()


def _serve(options: argparse.Namespace) -> int:
    from app.api.application import ApiSettings
    from app.api.serve import run_server

    settings = ApiSettings(
        model=options.model,
        backend=options.backend,
        device=options.device,
        min_confidence=options.min_confidence,
        allowed_folders=tuple(options.allowed_folders),
    )
    return run_server(
        options.host,
        options.port,
        settings,
        watch_parent=options.watch_parent,
        in_container=options.in_container,
    )


def _predict(options: argparse.Namespace) -> int:
    from app.commands.predict import predict_files

    return predict_files(
        options.files,
        model=options.model,
        device=options.device,
        backend=options.backend,
        as_json=options.json,
        top=options.top,
    )


def _listen(options: argparse.Namespace) -> int:
    from app.commands.listen import listen

    return listen(
        _choose_source(options),
        options.seconds,
        model=options.model,
        device=options.device,
        backend=options.backend,
        as_json=options.json,
        denoises=options.denoise,
    )


def _choose_source(options: argparse.Namespace) -> str:
    from app.user_settings import SettingsFile
    from core.audio.sound_source import SYSTEM_AUDIO

    if options.system_audio is not None:
        return f"{SYSTEM_AUDIO}: {options.system_audio}"
    if options.microphone is not None:
        return str(options.microphone)
    return SettingsFile().read().settings.microphone


def _examine(options: argparse.Namespace) -> int:
    from app.commands.doctor import print_findings

    return print_findings(as_json=options.json)
