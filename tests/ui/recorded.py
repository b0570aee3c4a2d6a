"""A library with a few small recordings, for windows that show it."""

import functools
import shutil
import tempfile
from pathlib import Path

from studio import paths
from studio.recordings.cutting.pictures import picture
from studio.recordings.folder import RecordingFolder
from studio.show.film import Span
from studio.state.recording import Clip, Mark, Recorded
from tests.studio.recordings.cutting.films import SIZE
from tests.studio.recordings.cutting.films import recorded as write_film

SECONDS = 6
AT_MS = 1_790_000_000_000
MARKS = (
    Mark(at_ms=0, kind="scene", title="Red", ref="a"),
    Mark(at_ms=200, title="Welcome <b>"),
    Mark(at_ms=2500, kind="product", ref="p1", title="Rose Oil", until_ms=5000),
)
CLIPS = (
    Clip(id="first", title="The oil", product="p1", begins_ms=1000, ends_ms=3000),
    Clip(id="second", begins_ms=3500, ends_ms=5500, proposed=True, title="Night cream"),
)
FULL = Recorded(
    id="100-aaaa-1",
    show="window-test",
    title="An evening with <i>oil</i>",
    brand="Butik",
    session="aaaa",
    at_ms=AT_MS,
    length_ms=SECONDS * 1000,
    width=SIZE[0],
    height=SIZE[1],
    products=("Rose Oil",),
    spans=(Span(film_ms=0, media_ms=0, length_ms=SECONDS * 1000),),
    marks=MARKS,
    clips=CLIPS,
)
BROKEN = Recorded(
    id="099-bbbb-1", title="Nothing to see", at_ms=AT_MS - 10_000, state="broken", problem="The film cannot be read"
)
THROWN = Recorded(
    id="098-cccc-1", title="Yesterday", at_ms=AT_MS - 20_000, state="trash", length_ms=SECONDS * 1000, width=320, height=180
)


@functools.cache
def film() -> Path:
    """A film of six seconds, made once."""
    return write_film(Path(tempfile.mkdtemp(prefix="film-")) / "film.mp4", SECONDS)


def put(*recordings: Recorded) -> Path:
    """Lay them into the library of this test's home; where that is."""
    root = paths.data_dir() / "recordings"
    for one in recordings:
        folder = RecordingFolder(root / one.id)
        folder.make()
        if one.state != "broken":
            shutil.copyfile(film(), folder.film)
            folder.poster.write_bytes(picture(folder.film, 1000, 90))
        folder.write(one)
    return root
