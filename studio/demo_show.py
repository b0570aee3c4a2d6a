"""The demo show: made by this project, nothing downloaded, alive within a minute of the first start."""

import tempfile
from pathlib import Path

from studio import paths, show_file
from studio.overlays.kinds import all_kinds
from studio.overlays.painter import OverlayPainter
from studio.show_file import ShowFile


def open_demo() -> tuple[ShowFile, Path]:
    """The demo show and a fresh database for it: each run begins before the show."""
    folder = paths.assets() / "demo"

    file = show_file.checked(show_file.decode((folder / "demo.show.json").read_bytes()), all_kinds(OverlayPainter()), folder)
    database = Path(tempfile.mkdtemp(prefix="demo-", dir=paths.runtime_dir())) / "shows.sqlite"
    return file, database
