"""A show without a studio: three scenes, four sources, two channels; and a bridge with meters, kinds and late answers."""

from typing import Any

from PySide6.QtGui import QImage

from studio.audio.loudness import Loudness
from studio.audio.meter import Level
from studio.overlays.kinds import all_kinds
from studio.overlays.painter import OverlayPainter
from studio.sources.base import SourceKind
from studio.state import Channel, Mixer, Scene, SceneItem, Scenes, Show, Source, State, Transform
from studio.state.stream import Link
from tests.ui.calling import FakeBridge, FakeMailboxes, of

LONG = "Fugtighedsbevarende ansigtscreme til aftenens særudsendelse"
SOURCES = (
    Source(id="cam", kind="camera", name="Kamera", status="live", width=1920, height=1080),
    Source(id="mic", kind="microphone", name="Mikrofon", status="live"),
    Source(id="film", kind="media_file", name="Intro", status="live", width=1280, height=720),
    Source(id="name", kind="lower_third", name="Mette Holm", status="live", width=600, height=120),
)
SCENES = (
    Scene(
        id="a",
        name="Værten",
        items=(
            SceneItem(id="1", source="cam"),
            SceneItem(id="2", source="name", transform=Transform(x=100, y=700)),
            SceneItem(id="3", source="mic"),
        ),
    ),
    Scene(id="b", name="Filmen", items=(SceneItem(id="1", source="film"),)),
    Scene(id="c", name=LONG),
)
SHOW = State(
    show=Show(id="s", title="Aftenshow"),
    sources=SOURCES,
    scenes=Scenes(scenes=SCENES, program="a", preview="b", transition="fade"),
    mixer=Mixer(channels=(Channel(source="mic"), Channel(source="film", fader_db=-6))),
    link=Link(status="connected"),
)


def scenes(**changes: Any) -> State:
    """The show with other scenes, another preview, another transition."""
    return of(SHOW, scenes=of(SHOW.scenes, **changes))


def mixed(*channels: Channel, **changes: Any) -> State:
    """The show with other channels."""
    return of(SHOW, mixer=of(SHOW.mixer, channels=channels or SHOW.mixer.channels, **changes))


def sourced(source: str, **changes: Any) -> State:
    """The show with something else about one source."""
    return of(SHOW, sources=tuple(of(one, **changes) if one.id == source else one for one in SOURCES))


class Meters(FakeMailboxes):
    """Levels, loudness and pictures of products are what the test says."""

    def __init__(self) -> None:
        super().__init__(lambda: None)
        self.level: dict[str, Level] = {}
        self.loud: Loudness | None = None
        self.products: dict[str, QImage] = {}

    def levels(self) -> dict[str, Level]:
        return self.level

    def loudness(self) -> Loudness | None:
        return self.loud

    def product_picture(self, path: str) -> QImage | None:
        return self.products.get(path)


class StudioBridge(FakeBridge):
    """Knows the kinds of sources."""

    def __init__(self, state: State = SHOW) -> None:
        super().__init__(state)
        self.mailboxes: Meters = Meters()
        self._kinds = all_kinds(OverlayPainter())

    @property
    def kinds(self) -> dict[str, SourceKind]:
        return self._kinds
