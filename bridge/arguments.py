"""What several commands take, and the command line's own mistakes, each said in one sentence
instead of argparse's usage."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

from bridge.errors import UsageError

_CHOICE = re.compile(r"argument (.+): invalid choice: '(.*)' \(choose from (.+)\)", re.DOTALL)
_NEEDED = "the following arguments are required: "


class Parser(argparse.ArgumentParser):
    """Raises UsageError where argparse would print its usage and leave.

    What it reads has `parser`, the one of the command that was chosen.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.set_defaults(parser=self)

    def error(self, message: str) -> NoReturn:
        choice = _CHOICE.fullmatch(message)
        if choice:
            raise UsageError(_not_one_of(choice[1], choice[2], re.split(r"[', ]+", choice[3])))
        if message.startswith(_NEEDED):
            raise UsageError(
                f"`{self.prog}` needs {message.removeprefix(_NEEDED)}; {_see(self.prog)}"
            )
        raise UsageError(f"{message.removeprefix('argument ')}; {_see(self.prog)}")

    def read(self, argv: Sequence[str] | None) -> argparse.Namespace:
        """As `parse_args`; a word that means nothing is told with the nearest that does."""
        args, unknown = self.parse_known_args(argv)
        if unknown:
            used: Parser = args.parser
            near = get_close_matches(unknown[0], list(used._option_string_actions), n=1)
            hint = f"did you mean {near[0]}?" if near else _see(used.prog)
            raise UsageError(f"`{used.prog}` does not take {unknown[0]!r}; {hint}")
        return args


def _not_one_of(what: str, word: str, choices: Sequence[str]) -> str:
    known = [choice for choice in choices if choice]
    near = get_close_matches(word, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there is {', '.join(known)}"
    return f"{what}: {word!r} is not known; {hint}"


def _see(prog: str) -> str:
    return f"see `{prog} --help`"


def seconds(text: str) -> float:
    """Seconds with or without an s behind them, above 0. Raises ArgumentTypeError."""
    try:
        value = float(text.removesuffix("s"))
    except ValueError:
        value = 0.0
    if not value > 0:
        raise argparse.ArgumentTypeError(f"expected seconds above 0, such as 90, not {text!r}")
    return value


def number(text: str) -> float:
    """Raises ArgumentTypeError."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a number such as 2.5, not {text!r}") from None


def count(text: str) -> int:
    """A whole number from 1. Raises ArgumentTypeError."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, not {text!r}")
    return int(text)


def add_source(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--source",
        default="loopback",
        metavar="loopback|microphone|file:PATH|tone",
        help="what to listen to (default: loopback, the sound this computer plays)",
    )
    command.add_argument(
        "--device", metavar="NAME", help="which device; a part of its name suffices"
    )


def add_analysis(command: argparse.ArgumentParser) -> None:
    command.add_argument("--engine", default="auto", metavar="auto|streaming|essentia|numpy")
    command.add_argument(
        "--window",
        default="1s",
        choices=("0.5s", "1s", "3s"),
        help="the shorter, the sooner it reacts; the longer, the steadier",
    )
    command.add_argument(
        "--update-rate",
        type=number,
        metavar="HZ",
        help="analysis updates a second, at most 62.5 (default: 31.25 with the streaming engine, "
        "else 4)",
    )


def add_control(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--control-rate",
        type=number,
        default=50.0,
        metavar="HZ",
        help="how often a second the mapping is played and sent, 10 to 100 (default: 50)",
    )


def add_marks(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--mark-osc",
        metavar="[HOST:]PORT",
        help="or by OSC: /tagwire/learn/now, …/not-now with 1 or 0, and …/done, to this UDP port",
    )
    command.add_argument(
        "--mark-midi", metavar="PORT", help="or by a footswitch on this MIDI input"
    )
    for option, word, usual in (("--now-cc", "now", 64), ("--not-now-cc", "not now", 67)):
        command.add_argument(
            option,
            type=int,
            metavar="N",
            help=f"its control change for “{word}” (default: {usual})",
        )


def add_web(command: argparse.ArgumentParser, default: str) -> None:
    command.add_argument(
        "--web",
        metavar="[HOST:]PORT",
        help=f"show the dashboard there (default: {default}); another HOST than this computer "
        "lets others in, who need the token that is printed",
    )
    command.add_argument("--web-readonly", action="store_true", help="it only shows, for a stage")
    command.add_argument("--open", action="store_true", help="open it in the browser")
