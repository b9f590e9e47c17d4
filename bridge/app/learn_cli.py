"""`tagwire learn NAME`: the user teaches a descriptor, from files or while music plays."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import soundfile
from rich.progress import TaskID

from bridge.app.embed import embed_file
from bridge.app.learn_live import live_takes
from bridge.app.marks import mark_settings
from bridge.app.progress import progress_bar
from bridge.app.settings import MEL_FRAMES_PER_SECOND, WINDOWS, ListenerSettings
from bridge.app.taggers import make_taggers
from bridge.app.vocabulary import default_model_folders
from bridge.errors import UsageError
from bridge.models.installed import TRUNK
from bridge.models.learned import LearnedFile, is_name
from bridge.models.learning import Take, check_ready, learn, verdict
from bridge.models.store import Store
from bridge.resources import user_folder


def learn_command(args: argparse.Namespace) -> int:
    """Learns, says how well in plain words, and puts the descriptor where every run finds it."""
    store = Store(user_folder())
    _check_name(args, store)
    check_ready()
    if args.from_live == bool(args.yes or args.no) or bool(args.yes) != bool(args.no):
        raise UsageError(
            "give examples of both kinds, --yes FILE… and --no FILE…, or --from-live alone"
        )
    _check_files(args)
    marks = mark_settings(args)
    takes, model = live_takes(args, marks) if args.from_live else (_file_takes(args), TRUNK)
    learned = learn(
        takes,
        made=date.today().isoformat(),
        window=WINDOWS[args.window],
        trunk=model,
        meaning=args.meaning,
    )
    path = store.save_lesson(args.name, learned)
    _report(args.name, learned, path)
    return 0


def _check_name(args: argparse.Namespace, store: Store) -> None:
    if not is_name(args.name):
        raise UsageError(
            f"\"{args.name}\" can't be a descriptor's name; expected small letters, digits and "
            "single dashes, beginning with a letter, such as big-drop"
        )
    if args.name in {path.stem for path in store.lessons()} and not args.replace:
        raise UsageError(
            f"learned/{args.name} is there already; choose another name, or add --replace"
        )


def _check_files(args: argparse.Namespace) -> None:
    """A file that is given twice would be held back and learned from at once."""
    seen: set[Path] = set()
    for file in (*args.yes, *args.no):
        path = Path(file).expanduser().resolve()
        if path in seen:
            raise UsageError(f"{file} is given twice; give each file once, for yes or for no")
        seen.add(path)


def _report(name: str, learned: LearnedFile, path: Path) -> None:
    lesson = learned.lesson
    print(f"{lesson.yes} examples for yes, {lesson.no} for no")
    print(verdict(lesson))
    print(f"learned/{name} can be used at once, in every mapping: from: learned/{name}")
    print(f"it is in {path}, which can be shared: tagwire models add {path.name}")


def _file_takes(args: argparse.Namespace) -> list[Take]:
    settings = ListenerSettings(
        kind="file",
        engine=args.engine,
        window=WINDOWS[args.window],
        models=default_model_folders()[:1],
        needs=(),
    )
    _, (tagger,) = make_taggers(settings)
    window = WINDOWS[args.window] / MEL_FRAMES_PER_SECOND
    takes = []
    with progress_bar() as bar:
        for yes, files in ((True, args.yes), (False, args.no)):
            for file in files:
                path = Path(file).expanduser()
                task = bar.add_task(path.name, total=_seconds(path))

                def show(done: float, at: TaskID = task) -> None:
                    bar.update(at, completed=done)

                examples = embed_file(path, tagger, window, show)
                takes.append(Take(path.name, yes, examples))
    return takes


def _seconds(path: Path) -> float | None:
    """For the progress bar; what is wrong with a file is said by its source."""
    try:
        return float(soundfile.info(str(path)).duration)
    except (RuntimeError, TypeError):
        return None
