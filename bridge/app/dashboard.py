"""The dashboard beside a run: made when it is asked for, so that Starlette loads only then."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable

from bridge.app.dashboard_actions import RunActions
from bridge.app.dashboard_feed import RunFeed
from bridge.app.runtime import Runtime
from bridge.app.settings import WebOptions
from bridge.errors import UsageError
from bridge.web.address import DEFAULT_PORT, parse_address
from bridge.web.server import Dashboard


def make_dashboard(
    options: WebOptions, feed: RunFeed, runtime: Runtime, say: Callable[[str], None]
) -> Dashboard | None:
    """Takes the port, and says where to look. Raises UsageError when the port was asked for and
    is not to be had; the usual one is done without.
    """
    feed.attach(runtime)
    feed.say = say
    feed.readonly = options.readonly
    feed.fresh = options.begin and not options.readonly
    try:
        address = parse_address(options.where or str(DEFAULT_PORT))
        actions = RunActions(feed, "" if address.local else address.url)
        dashboard = Dashboard(address, feed, actions, readonly=options.readonly)
    except UsageError as error:
        if options.where is not None:
            raise
        say(f"No dashboard: {error}")
        return None
    say(f"Dashboard: {address.url}")
    # Without any sound yet, the page says what to do, and lets the user choose another device.
    runtime.link.patient = True
    if options.open:
        webbrowser.open(address.url)
    return dashboard
