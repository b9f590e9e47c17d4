"""The command `tagwire`. Each subcommand imports what it needs when it is chosen."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence

from bridge import __version__
from bridge.arguments import (
    Parser,
    add_analysis,
    add_control,
    add_marks,
    add_source,
    add_web,
    count,
    number,
    seconds,
)
from bridge.errors import TagwireError

_DESCRIPTION = (
    "Hears the sound this computer plays, tags it with neural networks in real time, and sends "
    "what it hears as OSC messages and MIDI control changes."
)

_INTERRUPTED = 130
"""As shells say it: 128 and the number of SIGINT."""


def _run(args: argparse.Namespace) -> int:
    from bridge.launch import LISTENER, launch_ahead

    launch_ahead(LISTENER)
    from bridge.app.commands import run

    return run(args)


def _demo(args: argparse.Namespace) -> int:
    from bridge.launch import LISTENER, launch_ahead

    launch_ahead(LISTENER)
    from bridge.app.commands import demo

    return demo(args)


def _devices(args: argparse.Namespace) -> int:
    from bridge.app.devices import devices

    return devices(as_json=args.json)


def _bench(args: argparse.Namespace) -> int:
    from bridge.app.bench import bench

    return bench(args.json, args.seconds, args.quick)


def _doctor(args: argparse.Namespace) -> int:
    from bridge.app.doctor import doctor

    return doctor(mapping=args.mapping)


def _check(args: argparse.Namespace) -> int:
    from bridge.app.check import check

    return check(args.files)


def _schema(args: argparse.Namespace) -> int:
    import json

    from bridge.mapping.json_schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return 0


def _render(args: argparse.Namespace) -> int:
    from bridge.launch import SONG, launch_ahead

    launch_ahead(SONG, errors=None)
    from bridge.app.render_files import render_song

    return render_song(args)


def _play(args: argparse.Namespace) -> int:
    from bridge.app.play import play

    return play(args.recording, args.mapping)


def _sweep(args: argparse.Namespace) -> int:
    from bridge.app.play import sweep_mapping

    return sweep_mapping(args.name, args.mapping, args.seconds, args.times)


def _add_files(commands: argparse._SubParsersAction[Parser]) -> None:
    check = commands.add_parser("check", help="say what is wrong with mapping files")
    check.add_argument("files", nargs="+", metavar="FILE")
    check.set_defaults(work=_check)
    schema = commands.add_parser("schema", help="print the JSON Schema of mapping files")
    schema.set_defaults(work=_schema)
    render = commands.add_parser("render", help="write what a mapping would send for a song")
    render.add_argument("song", metavar="SONG")
    render.add_argument("--mapping", default="default", metavar="FILE")
    render.add_argument(
        "-o", "--out", action="append", required=True, metavar="OUT.jsonl|.mid|.csv"
    )
    add_analysis(render)
    add_control(render)
    render.set_defaults(work=_render)
    play = commands.add_parser("play", help="send a recording again, in its time")
    play.add_argument("recording", metavar="FILE.jsonl")
    play.add_argument("--mapping", default="default", metavar="FILE", help="whose outputs to use")
    play.set_defaults(work=_play)
    sweep = commands.add_parser("sweep", help="move one control alone, for MIDI learn")
    sweep.add_argument("name", metavar="NAME", help="a mapping's name")
    sweep.add_argument("--mapping", default="default", metavar="FILE")
    sweep.add_argument("--seconds", type=seconds, default=8.0, help="there and back (default: 8)")
    sweep.add_argument("--times", type=count, default=1, help="how often (default: 1)")
    sweep.set_defaults(work=_sweep)


def _learn(args: argparse.Namespace) -> int:
    from bridge.app.learn_cli import learn_command

    return learn_command(args)


def _add_learn(commands: argparse._SubParsersAction[Parser]) -> None:
    learn = commands.add_parser("learn", help="teach a descriptor of your own by examples")
    learn.set_defaults(work=_learn)
    learn.add_argument("name", metavar="NAME", help="mappings will call it learned/NAME")
    learn.add_argument("--yes", nargs="+", default=[], metavar="FILE", help="music that has it")
    learn.add_argument("--no", nargs="+", default=[], metavar="FILE", help="music that has not")
    learn.add_argument("--from-live", action="store_true", help="mark it by keys while it plays")
    add_marks(learn)
    learn.add_argument("--meaning", default="", metavar="TEXT", help="what it is, in your words")
    learn.add_argument("--replace", action="store_true", help="if it is there already")
    add_source(learn)
    add_analysis(learn)


def _models(args: argparse.Namespace) -> int:
    if args.action == "list":
        from bridge.app.models_list import list_models

        return list_models(as_json=args.json)
    if args.action == "info":
        from bridge.app.models_list import info

        return info(args.name)
    from bridge.app import models_cli

    work: Callable[[argparse.Namespace], int] = getattr(models_cli, args.action)
    return work(args)


def _add_models(commands: argparse._SubParsersAction[Parser]) -> None:
    models = commands.add_parser("models", help="list, fetch, add and remove classifiers")
    models.set_defaults(work=_models)
    actions = models.add_subparsers(title="actions", metavar="ACTION", required=True, dest="action")
    listed = actions.add_parser("list", help="all that is here, and all that can be fetched")
    listed.add_argument("--json", action="store_true", help="as JSON, for scripts")
    info = actions.add_parser("info", help="what a model hears, its licence, where it comes from")
    info.add_argument("name")
    pull = actions.add_parser("pull", help="fetch classifiers from Essentia's model zoo")
    pull.add_argument("names", nargs="*", metavar="NAME", help="see `tagwire models list`")
    pull.add_argument("--all", action="store_true", help="all whose hash is known")
    pull.add_argument("--yes", action="store_true", help="agree to the licence, for scripts")
    pull.add_argument(
        "--mirror", metavar="URL", help="fetch from there (or set TAGWIRE_MODELS_MIRROR)"
    )
    add = actions.add_parser("add", help="take a graph of your own, or a shared learned descriptor")
    add.add_argument("file", metavar="FILE", help="a .pb graph, or a learned descriptor's .json")
    add.add_argument("--name", help="what to call it (default: as the file)")
    add.add_argument(
        "--labels",
        type=lambda text: tuple(label.strip() for label in text.split(",")),
        default=(),
        metavar="A,B",
        help="its classes, in the order of its outputs",
    )
    add.add_argument(
        "--range",
        type=number,
        nargs=2,
        default=(0.0, 1.0),
        metavar=("LOW", "HIGH"),
        help="the outputs that become 0 and 1 (default: 0 1)",
    )
    remove = actions.add_parser("remove", help="remove models of your own")
    remove.add_argument("names", nargs="+", metavar="NAME")


def _add_run(commands: argparse._SubParsersAction[Parser]) -> None:
    run = commands.add_parser("run", help="listen and send, as a mapping file says")
    run.set_defaults(work=_run)
    run.add_argument(
        "mapping",
        nargs="?",
        default="default",
        help="a mapping file, or the name of a shipped one; without it, all tags go to OSC "
        "127.0.0.1:9000 under /tagwire",
    )
    add_source(run)
    add_analysis(run)
    add_control(run)
    run.add_argument("--duration", type=seconds, metavar="SECONDS", help="end by itself")
    run.add_argument(
        "--dry-run", action="store_true", help="print and count the messages, send nothing"
    )
    run.add_argument("--record", metavar="FILE.jsonl", help="write all that is sent to a file")
    add_web(run, "none")
    run.add_argument("--quiet", action="store_true", help="print errors and the summary only")
    run.add_argument("--json", action="store_true", help="print each update as a line of JSON")


def parser() -> Parser:
    """The command line as argparse knows it."""
    top = Parser(prog="tagwire", description=_DESCRIPTION)
    top.add_argument("--version", action="version", version=f"tagwire {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_run(commands)
    _add_files(commands)
    _add_models(commands)
    _add_learn(commands)
    demo = commands.add_parser("demo", help="play the shipped song through the default mapping")
    demo.add_argument("--duration", type=seconds, metavar="SECONDS", help="end earlier")
    add_web(demo, "127.0.0.1:8765")
    demo.set_defaults(work=_demo)
    devices = commands.add_parser("devices", help="list sound devices and MIDI ports")
    devices.add_argument("--json", action="store_true", help="as JSON, for scripts")
    devices.set_defaults(work=_devices)
    bench = commands.add_parser("bench", help="measure what analysis costs on this machine")
    bench.add_argument(
        "--seconds",
        type=seconds,
        default=4.0,
        metavar="SECONDS",
        help="of sound for each measurement (default: 4)",
    )
    bench.add_argument("--quick", action="store_true", help="fewer measurements")
    bench.add_argument("--json", action="store_true", help="as JSON, for scripts")
    bench.set_defaults(work=_bench)
    doctor = commands.add_parser("doctor", help="check everything in order and say what to do")
    doctor.add_argument("mapping", nargs="?", default="default", help="the mapping to check for")
    doctor.set_defaults(work=_doctor)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0, 1 for a fault, 2 for a mistake in what was asked for."""
    # A second thread for matrices as small as ours only spins; numpy reads this at its import.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        # A terminal or a pipe without Unicode gets a question mark for what it lacks.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        args = parser().read(argv)
        work: Callable[[argparse.Namespace], int] = args.work
        return work(args)
    except TagwireError as error:
        print(f"tagwire: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output (`| head`) went away: nothing is wrong.
        sys.stderr.close()
        return 0
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"tagwire: the system says: {error.strerror or error}{where}", file=sys.stderr)
        return TagwireError.exit_code
    except KeyboardInterrupt:
        # Ctrl-C before a run has begun, or in a command that has nothing to bring to an end.
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
