"""The command line: each verb's arguments are parsed here, and its work is done elsewhere.

Heavy imports wait until a verb needs them, so that ``--help`` and the window start at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from app.cli_lab import Verbs, add_lab_verbs, add_model_options
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
            raise
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
    parser.set_defaults(run=_open_window)
    verbs = parser.add_subparsers(title="verbs", metavar="VERB")
    _add_predict(verbs)
    _add_listen(verbs)
    _add_serve(verbs)
    _add_doctor(verbs)
    add_lab_verbs(verbs)
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
    parser = verbs.add_parser("listen", help="tell the genre of what the microphone hears")
    # Not the PyTorch device, which is given before the verb here.
    parser.add_argument(
        "--device",
        dest="microphone",
        metavar="NAME",
        help="a microphone's name or a part of it (default: the system's favourite)",
    )
    parser.add_argument(
        "--seconds", type=_duration, default=10.0, metavar="S", help="how long; “inf” until Ctrl-C (default: 10)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line: level, partial, final, …")
    parser.add_argument("--denoise", action="store_true", help="take the first second for noise, and subtract it")
    parser.add_argument("--model", default="gtzan", help="a shipped model's id or a checkpoint file (default: gtzan)")
    parser.set_defaults(run=_listen)


def _add_serve(verbs: Verbs) -> None:
    parser = verbs.add_parser("serve", help="run the local HTTP API")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (default: 127.0.0.1)")
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

    return run_launcher(options.device)


def _run_window(options: argparse.Namespace) -> int:
    from app.gui.main import run_window

    return run_window()


def _serve(options: argparse.Namespace) -> int:
    from app.api.application import ApiSettings
    from app.api.serve import run_server

    settings = ApiSettings(
        model=options.model,
        device=options.device,
        min_confidence=options.min_confidence,
        allowed_folders=tuple(options.allowed_folders),
    )
    return run_server(options.host, options.port, settings, watch_parent=options.watch_parent)


def _predict(options: argparse.Namespace) -> int:
    from app.commands.predict import predict_files

    return predict_files(
        options.files, model=options.model, device=options.device, as_json=options.json, top=options.top
    )


def _listen(options: argparse.Namespace) -> int:
    from app.commands.listen import listen

    return listen(
        options.microphone,
        options.seconds,
        model=options.model,
        device=options.device,
        as_json=options.json,
        denoises=options.denoise,
    )


def _examine(options: argparse.Namespace) -> int:
    from app.commands.doctor import print_findings

    return print_findings(as_json=options.json)
