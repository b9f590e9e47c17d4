"""`tagwire render SONG -o OUT`: what would have been sent, as .jsonl, .mid or .csv."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import soundfile

from bridge.app.heard import Heard, from_lines
from bridge.app.progress import progress_bar
from bridge.app.render import Rendered, render
from bridge.app.settings import (
    UPDATE_RATES,
    WINDOWS,
    ListenerSettings,
    check_control_rate,
    check_update_rate,
)
from bridge.app.vocabulary import default_model_folders, vocabulary
from bridge.catalog import choose_engine
from bridge.child_stream import ChildStream
from bridge.errors import RecordError, UsageError
from bridge.launch import SONG
from bridge.mapping.load import load_mapping
from bridge.mapping.program import Program
from bridge.outputs.midi_file import write_midi_file
from bridge.outputs.recorder import encode_event
from bridge.resources import find_mapping
from bridge.values import Event, MidiTarget


def _events(steps: Iterable[Rendered]) -> Iterator[Event]:
    return (event for step in steps for event in step.events)


def _write_jsonl(path: Path, song: str, program: Program, steps: Iterable[Rendered]) -> str:
    lines = [encode_event(event) + "\n" for event in _events(steps)]
    path.write_bytes("".join(lines).encode())
    return f"{len(lines)} events"


def _write_midi(path: Path, song: str, program: Program, steps: Iterable[Rendered]) -> str:
    outputs = _midi_outputs(program)
    count = write_midi_file(path, song, _events(steps), outputs)
    return f"{count} MIDI events on {len(outputs)} tracks"


def _midi_outputs(program: Program) -> list[str]:
    """Raises UsageError when there is none."""
    names = [name for name, target in program.targets.items() if isinstance(target, MidiTarget)]
    if not names:
        raise UsageError(
            f"the mapping {program.name} has no MIDI output; render it to .jsonl or .csv"
        )
    return names


def _write_csv(path: Path, song: str, program: Program, steps: Iterable[Rendered]) -> str:
    frames = [step.frame for step in steps if step.frame is not None]
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerows(["t", *frame.values] for frame in frames[:1])
        for frame in frames:
            rows.writerow([f"{frame.position:.3f}", *(f"{v:.6f}" for v in frame.values.values())])
    return f"{len(frames)} frames"


_WRITERS: dict[str, Callable[[Path, str, Program, Iterable[Rendered]], str]] = {
    ".jsonl": _write_jsonl,
    ".mid": _write_midi,
    ".csv": _write_csv,
}


def _settings(args: argparse.Namespace, program: Program) -> ListenerSettings:
    engine = choose_engine(args.engine)
    rate = UPDATE_RATES[engine] if args.update_rate is None else args.update_rate
    return ListenerSettings(
        kind="file",
        path=args.song,
        engine=engine,
        window=WINDOWS[args.window],
        update_rate=check_update_rate(rate),
        models=default_model_folders(),
        needs=tuple(sorted(program.needs)),
    )


def _shown(heard: Iterable[Heard], song: str) -> Iterator[Heard]:
    """Passes on what was heard, with a progress bar."""
    with progress_bar() as bar:
        task = bar.add_task(Path(song).name, total=_seconds(song))
        for position, frame in heard:
            bar.update(task, completed=position)
            yield position, frame


def _seconds(song: str) -> float | None:
    """For the progress bar; what is wrong with a file is said by its source."""
    try:
        return float(soundfile.info(song).duration)
    except (RuntimeError, TypeError):
        return None


@contextmanager
def _written(out: Path) -> Iterator[None]:
    """Raises RecordError for what the system says about a file."""
    try:
        yield
    except OSError as error:
        raise RecordError(f"{out} can't be written: {error.strerror}; choose another -o") from error


def _check_out(out: Path) -> None:
    """What can be known before the song is analysed. Raises UsageError, RecordError."""
    if out.suffix not in _WRITERS:
        raise UsageError(f"-o {out}: expected a name that ends in {', '.join(_WRITERS)}")
    if out.is_dir():
        raise RecordError(f"{out} can't be written: it is a folder; choose another -o")
    if not out.parent.is_dir():
        raise RecordError(f"{out} can't be written: there is no folder {out.parent}; make it first")


def render_song(args: argparse.Namespace) -> int:
    """Writes each `-o` file, and says how much is in it."""
    outs: Sequence[Path] = [Path(out) for out in args.out]
    control_rate = check_control_rate(args.control_rate)
    for out in outs:
        with _written(out):
            _check_out(out)
    # The song is analysed beside this process, on another core, while the mapping plays here.
    with ChildStream(SONG) as child:
        program = load_mapping(find_mapping(args.mapping), vocabulary(default_model_folders()))
        if any(out.suffix == ".mid" for out in outs):
            _midi_outputs(program)
        heard = from_lines(child.lines(_settings(args, program).to_json()))
        steps: Iterable[Rendered] = render(_shown(heard, args.song), [program], control_rate)
        if len(outs) > 1:
            steps = list(steps)
        for out in outs:
            with _written(out):
                what = _WRITERS[out.suffix](out, Path(args.song).stem, program, steps)
            print(f"{out}: {what}")
    return 0
