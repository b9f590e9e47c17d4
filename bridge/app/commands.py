"""`tagwire run` and `tagwire demo`: from the command line's words to a run."""

from __future__ import annotations

import argparse
import gc
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

from rich.console import Console

from bridge.app.runtime import RunOptions, Runtime
from bridge.app.screen import JsonScreen, LiveScreen, PlainScreen, QuietScreen, Views
from bridge.app.settings import (
    UPDATE_RATES,
    WINDOWS,
    ListenerSettings,
    WebOptions,
    check_control_rate,
    check_update_rate,
)
from bridge.app.vocabulary import default_model_folders
from bridge.catalog import SOURCES, choose_engine, explain_engine
from bridge.clock import MonotonicClock
from bridge.errors import UsageError
from bridge.resources import demo_song, find_mapping, shipped_mapping

_SWITCH_SECONDS = 0.001


def listener_settings(args: argparse.Namespace) -> ListenerSettings:
    """Raises UsageError for a source, engine or rate that isn't there."""
    kind, _, path = args.source.partition(":")
    if kind not in SOURCES or bool(path) != (kind == "file"):
        raise UsageError(
            f"--source {args.source}: expected loopback, microphone, file:PATH or tone"
        )
    if args.device is not None and kind in ("file", "tone"):
        raise UsageError(f"--device chooses a loopback or a microphone; --source {kind} has none")
    engine = choose_engine(args.engine)
    rate = UPDATE_RATES[engine] if args.update_rate is None else args.update_rate
    return ListenerSettings(
        kind=kind,
        device=args.device,
        path=str(Path(path).expanduser()) if path else None,
        engine=engine,
        window=WINDOWS[args.window],
        update_rate=check_update_rate(rate),
        models=default_model_folders(),
    )


def _screen(args: argparse.Namespace) -> QuietScreen:
    if args.json:
        return JsonScreen(Console(stderr=True))
    console = Console()
    if args.quiet:
        return QuietScreen(Console(stderr=True))
    if args.dry_run or not console.is_terminal:
        return PlainScreen(console, show_messages=args.dry_run)
    return LiveScreen(console)


def _play(options: RunOptions, screen: QuietScreen, web: WebOptions | None) -> int:
    # The control loop must not wait 5 ms for the thread that draws the view.
    sys.setswitchinterval(_SWITCH_SECONDS)
    # Nor for a search of all that was imported, which stays, for garbage: 28 ms, measured.
    gc.freeze()
    views = Views(screen)
    if web is not None:
        options = replace(options, listener=replace(options.listener, show_mel=True))
    runtime = Runtime(
        options, MonotonicClock(), views.take_frame, views.take_messages, screen.take_sent
    )

    def on_signal(number: int, frame: FrameType | None) -> None:
        runtime.asked_to_stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    with ExitStack() as stack:
        if web is not None:
            stack.enter_context(_dashboard(web, views, runtime, screen))
        stack.enter_context(screen)
        runtime.run(views.refresh, screen.every)
        screen.refresh(runtime.snapshot())
    for line in runtime.summary().lines():
        screen.line(line)
    return 1 if runtime.snapshot().recording else 0


@contextmanager
def _dashboard(
    web: WebOptions, views: Views, runtime: Runtime, screen: QuietScreen
) -> Iterator[None]:
    from bridge.app.dashboard import make_dashboard
    from bridge.app.dashboard_feed import RunFeed

    feed = RunFeed()
    dashboard = make_dashboard(web, feed, runtime, screen.line)
    if dashboard is None:
        yield
        return
    views.add(feed)
    dashboard.start()
    try:
        yield
    finally:
        dashboard.close()


def web_options(args: argparse.Namespace) -> WebOptions | None:
    """None when no dashboard is wanted. Raises UsageError."""
    if args.web is None and (args.web_readonly or args.open):
        raise UsageError("--open and --web-readonly belong to --web PORT")
    if args.web is None:
        return None
    return WebOptions(args.web, args.web_readonly, args.open, begin=args.mapping == "default")


def run(args: argparse.Namespace) -> int:
    """`tagwire run`: plays until the sound ends, the duration is over, or Ctrl-C."""
    options = RunOptions(
        mapping=find_mapping(args.mapping),
        listener=listener_settings(args),
        duration=args.duration,
        dry_run=args.dry_run,
        record=None if args.record is None else Path(args.record),
        control_rate=check_control_rate(args.control_rate),
    )
    if not (args.json or args.quiet):
        print(explain_engine(options.listener.engine), flush=True)
    return _play(options, _screen(args), web_options(args))


def demo(args: argparse.Namespace) -> int:
    """`tagwire demo`: the shipped song, the default mapping, and MIDI where there is any."""
    from bridge.app.probe import midi_can_be_virtual

    with_midi = midi_can_be_virtual()
    engine = choose_engine("auto")
    options = RunOptions(
        mapping=shipped_mapping("demo" if with_midi else "default"),
        listener=ListenerSettings(
            kind="file",
            path=str(demo_song()),
            engine=engine,
            update_rate=UPDATE_RATES[engine],
            models=default_model_folders(),
        ),
        duration=args.duration,
    )
    console = Console()
    print("tagwire demo: the shipped song goes through the taggers (it is not played aloud).")
    print("Its tags leave as OSC for 127.0.0.1:9000, addresses /tagwire/tag/…")
    if with_midi:
        print("“energetic” leaves as control change 74 on the MIDI port “tagwire demo”.")
    else:
        print("There is no MIDI system here, so no MIDI leaves; `tagwire doctor` says more.")
    web = WebOptions(args.web, args.web_readonly, args.open)
    screen = LiveScreen(console) if console.is_terminal else PlainScreen(console)
    return _play(options, screen, web)
