"""What is: one immutable tree of frozen structs, replaced whole. A branch a file."""

from studio.state.mixer import Channel, Mixer
from studio.state.scene import (
    CANVASES,
    Canvas,
    Direction,
    Scene,
    SceneItem,
    Scenes,
    Transform,
    TransitionKind,
)
from studio.state.show import Product, Show, ShowState
from studio.state.source import LOST, Source, SourceStatus
from studio.state.stream import Link, LinkStatus, Stream, StreamStatus
from studio.state.tree import State

__all__ = [
    "CANVASES",
    "LOST",
    "Canvas",
    "Channel",
    "Direction",
    "Link",
    "LinkStatus",
    "Mixer",
    "Product",
    "Scene",
    "SceneItem",
    "Scenes",
    "Show",
    "ShowState",
    "Source",
    "SourceStatus",
    "State",
    "Stream",
    "StreamStatus",
    "Transform",
    "TransitionKind",
]
