"""The verbs of the lab: from labelled music to a pack, a model and its figures."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_lab_verbs(verbs: Verbs) -> None:
    """Add them to the command line; nothing that they need is imported before one of them runs."""
    _add_prepare(verbs)
    _add_health_check(verbs)
    _add_train(verbs)
    _add_combine(verbs)
    _add_evaluate(verbs)
    _add_classical(verbs)
    _add_benchmark(verbs)
    _add_export(verbs)


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Which model to use, what runs it, and on which device."""
    parser.add_argument("--model", default="gtzan", help="a shipped model's id or a model file (default: gtzan)")
    # Without a default of its own, so that “--device” before the verb is not overwritten.
    parser.add_argument("--device", default=argparse.SUPPRESS, help="PyTorch device instead of the best that works")
    add_backend_option(parser)


def add_backend_option(parser: argparse.ArgumentParser, default: str | None = argparse.SUPPRESS) -> None:
    """What runs the model; without a default after a verb, so that the option before it is not overwritten."""
    parser.add_argument(
        "--backend",
        choices=("torch", "onnx"),
        default=default,
        help="run checkpoints with PyTorch or ONNX models with ONNX Runtime (default: PyTorch where it is installed)",
    )


def _add_prepare(verbs: Verbs) -> None:
    parser = verbs.add_parser("prepare", help="turn a dataset's audio into a log-mel pack")
    parser.add_argument("--dataset", required=True, metavar="NAME", help="gtzan, fma or folder (one folder per genre)")
    parser.add_argument("--source", type=Path, required=True, metavar="FOLDER", help="where the dataset lies")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.npz")
    parser.add_argument(
        "--features",
        default="log_mel",
        choices=("log_mel", "five_channel"),
        help="what the pack holds; five_channel_cnn is trained on the latter (default: log_mel)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of a split that is drawn, not published (default: 0)")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes; 0 works in this one (default: the cores)")
    parser.add_argument("--subset", default="small", help="of FMA: small, medium, large or full (default: small)")
    parser.add_argument("--split-lists", type=Path, metavar="FOLDER", help="with GTZAN's train_filtered.txt and so on")
    parser.add_argument("--artist-index", type=Path, metavar="FILE", help="GTZAN's artists, GTZANindex.txt")
    unusable = parser.add_mutually_exclusive_group()
    unusable.add_argument("--substitute-silence", action="store_true", help="for tracks without usable sound")
    unusable.add_argument("--leave-out", action="store_true", help="tracks without usable sound (the default)")
    parser.set_defaults(run=_prepare)


def _add_health_check(verbs: Verbs) -> None:
    parser = verbs.add_parser("health-check", help="find corrupt, silent, too short and duplicate files")
    task = parser.add_mutually_exclusive_group(required=True)
    task.add_argument("folder", nargs="?", type=Path, metavar="FOLDER")
    task.add_argument("--restore", type=Path, metavar="MANIFEST", help="put quarantined files back")
    parser.add_argument("--quarantine", type=Path, metavar="DIR", help="move files with problems there")
    parser.add_argument("--min-duration", type=float, default=5.0, metavar="S", help="in seconds (default: 5)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=_health_check)


def _add_train(verbs: Verbs) -> None:
    parser = verbs.add_parser("train", help="train a model on a log-mel pack")
    parser.add_argument("--pack", type=Path, required=True, help="the dataset, an .npz of log-mels")
    parser.add_argument("--preset", default="genre_resnet", metavar="NAME", help="architecture and its recipe")
    parser.add_argument("--output", type=Path, help="run folder (default: runs/PRESET-seedN)")
    parser.add_argument("--features", type=Path, metavar="CSV", help="hand-crafted features, for models that read them")
    parser.add_argument("--auxiliary", type=Path, metavar="PACK", help="second dataset, for recipes that take one")
    parser.add_argument("--init", type=Path, metavar="CHECKPOINT", help="whose network the training starts from")
    parser.add_argument(
        "--teacher",
        dest="teachers",
        type=Path,
        action="append",
        default=[],
        metavar="CHECKPOINT",
        help="of an ensemble that the model also learns from; may be given several times",
    )
    parser.add_argument("--epochs", type=int, metavar="N", help="instead of the preset's")
    parser.add_argument("--masks", type=int, metavar="N", help="SpecAugment masks on each axis, likewise")
    parser.add_argument("--not-music", type=Path, metavar="FOLDER", help="sounds (speech) to be told from music")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of everything random (default: 0)")
    parser.add_argument("--resume", action="store_true", help="go on with the interrupted run in the run folder")
    parser.add_argument("--zip", action="store_true", help="also pack the run folder into a .zip beside it")
    parser.add_argument("--device", default=argparse.SUPPRESS, help="PyTorch device instead of the best that works")
    parser.add_argument("--devices", type=int, default=1, metavar="N", help="processes on this machine (default: 1)")
    parser.add_argument("--nodes", type=int, default=1, metavar="N", help="machines (default: 1)")
    parser.add_argument(
        "--strategy",
        default="auto",
        choices=("auto", "ddp", "ddp_find_unused_parameters_true"),
        help="how several processes share the work",
    )
    parser.set_defaults(run=_train)


def _add_combine(verbs: Verbs) -> None:
    parser = verbs.add_parser("combine", help="make one model of two that were trained on the same music")
    parser.add_argument("resnet", type=Path, metavar="GENRE_RESNET", help="checkpoint of the one")
    parser.add_argument("texture", type=Path, metavar="SOUND_TEXTURE", help="checkpoint of the other one")
    parser.add_argument("--pack", type=Path, required=True, help="that both were trained on")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="the new checkpoint")
    parser.add_argument("--not-music", type=Path, metavar="FOLDER", help="sounds (speech) to be told from music")
    parser.set_defaults(run=_combine)


def _add_evaluate(verbs: Verbs) -> None:
    parser = verbs.add_parser("evaluate", help="measure a model on labelled music")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--pack", type=Path, help="an .npz of log-mels")
    source.add_argument("--folder", type=Path, help="audio files in one folder per genre")
    parser.add_argument("--split", choices=("train", "val", "test"), help="of the pack (default: all tracks)")
    parser.add_argument("--output", type=Path, help="folder for the report: JSON, Markdown and pictures")
    parser.add_argument("--json", action="store_true", help="print JSON instead of Markdown")
    add_model_options(parser)
    parser.set_defaults(run=_evaluate)


def _add_classical(verbs: Verbs) -> None:
    parser = verbs.add_parser("classical", help="compare eight classical models after four transformations")
    parser.add_argument("--pack", type=Path, required=True, help="whose genres, artists and splits count")
    parser.add_argument("--features", type=Path, required=True, metavar="CSV", help="57 features of each track")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of everything random (default: 0)")
    parser.add_argument("--output", type=Path, metavar="DIR", help="folder for the report: JSON, Markdown, picture")
    parser.set_defaults(run=_classical)


def _add_benchmark(verbs: Verbs) -> None:
    parser = verbs.add_parser("benchmark", help="train and compare all models on a log-mel pack")
    parser.add_argument("--pack", type=Path, required=True, help="the dataset, an .npz of log-mels")
    parser.add_argument("--models", metavar="A,B,…", help="architectures and classical models (default: all)")
    parser.add_argument("--seeds", type=int, default=3, metavar="K", help="trainings of each model (default: 3)")
    parser.add_argument("--epochs", type=int, metavar="N", help="of every network, instead of its preset's")
    parser.add_argument("--features", type=Path, metavar="CSV", help="57 features a track, for models that read them")
    parser.add_argument(
        "--protocol",
        default="artists",
        choices=("artists", "segments"),
        help="the pack's own split, or loose segments, which flatters every model (default: artists)",
    )
    parser.add_argument("--shipped", default="gtzan", metavar="ID", help="model to compare with (default: gtzan)")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="runs and report; goes on with them")
    parser.add_argument("--device", default=argparse.SUPPRESS, help="PyTorch device instead of the best that works")
    parser.set_defaults(run=_benchmark)


def _add_export(verbs: Verbs) -> None:
    parser = verbs.add_parser("export", help="turn a checkpoint into an ONNX model, which needs no PyTorch")
    parser.add_argument("--model", default="gtzan", help="a shipped model's id or a checkpoint file (default: gtzan)")
    parser.add_argument("--format", default="onnx", choices=("onnx",), help="of the file (default: onnx)")
    parser.add_argument("--int8", action="store_true", help="with a network of 8-bit numbers: a quarter of the size")
    parser.add_argument(
        "--calibration",
        type=Path,
        metavar="FOLDER|PACK",
        help="music whose sound or log-mels set the ranges of --int8 (default: made-up sound)",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="(default: model.onnx beside the checkpoint)")
    parser.set_defaults(run=_export)


def _prepare(options: argparse.Namespace) -> int:
    from app.commands.prepare import prepare_dataset
    from core.datasets.registry import DatasetOptions

    return prepare_dataset(
        options.dataset,
        options.source,
        options.output,
        options=DatasetOptions(options.seed, options.subset, options.split_lists, options.artist_index),
        features=options.features,
        jobs=options.jobs,
        substitute_silence=options.substitute_silence,
    )


def _health_check(options: argparse.Namespace) -> int:
    from app.commands.health_check import check_folder, restore_folder

    if options.restore is not None:
        return restore_folder(options.restore, as_json=options.json)
    return check_folder(
        options.folder, min_duration_s=options.min_duration, quarantine=options.quarantine, as_json=options.json
    )


def _train(options: argparse.Namespace) -> int:
    from app.commands.train import train_from_pack

    return train_from_pack(
        options.pack,
        preset=options.preset,
        output=options.output,
        features=options.features,
        auxiliary=options.auxiliary,
        init=options.init,
        teachers=options.teachers,
        epochs=options.epochs,
        masks=options.masks,
        not_music=options.not_music,
        seed=options.seed,
        resume=options.resume,
        as_zip=options.zip,
        device=options.device,
        devices=options.devices,
        nodes=options.nodes,
        strategy=options.strategy,
    )


def _combine(options: argparse.Namespace) -> int:
    from app.commands.combine import combine_checkpoints

    return combine_checkpoints(
        options.resnet, options.texture, pack=options.pack, output=options.output, not_music=options.not_music
    )


def _evaluate(options: argparse.Namespace) -> int:
    from app.commands.evaluate import evaluate_model

    return evaluate_model(
        model=options.model,
        device=options.device,
        backend=options.backend,
        pack=options.pack,
        split=options.split,
        folder=options.folder,
        output=options.output,
        as_json=options.json,
    )


def _classical(options: argparse.Namespace) -> int:
    from app.commands.classical import compare_classical

    return compare_classical(options.pack, options.features, seed=options.seed, output=options.output)


def _benchmark(options: argparse.Namespace) -> int:
    from app.commands.benchmark import benchmark_models

    return benchmark_models(
        options.pack,
        models=options.models,
        seeds=options.seeds,
        epochs=options.epochs,
        features=options.features,
        protocol=options.protocol,
        shipped=options.shipped,
        output=options.output,
        device=options.device,
    )


def _export(options: argparse.Namespace) -> int:
    from app.commands.export import export_model

    return export_model(options.model, as_int8=options.int8, calibration=options.calibration, output=options.output)
