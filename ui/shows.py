"""Opening a show in the running application."""

import dataclasses
from pathlib import Path

from studio import show_file
from studio.errors import WrongState
from studio.i18n import N_
from studio.link.server_process import LINGER_S
from studio.shows.library import ShowLibrary
from ui.bridge import Bridge


def open_show(bridge: Bridge, path: Path) -> None:
    """Close the present show and open `path`. Raises a `StudioError` when it cannot be, or while one is on air."""
    if bridge.state.stream.status != "off":
        raise WrongState(N_("You are on air: end the stream before you open another show"))
    file = show_file.load(path, bridge.kinds)
    ShowLibrary(bridge.kinds).opened(path)
    options = bridge.options
    database = None if options.path is None else options.database  # the demo's database is its own
    opened = dataclasses.replace(options, file=file, path=path.resolve(), database=database, linger_s=LINGER_S)
    bridge.open(opened)
