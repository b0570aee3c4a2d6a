"""What is: one immutable tree of frozen structs, replaced whole. A branch a file."""

from studio.show.shelf import Product
from studio.state.calls import Advising, CallMedia, Calls
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
from studio.state.shop import Feed, Numbers, Shop
from studio.state.show import Show, ShowState
from studio.state.source import LOST, Source, SourceStatus
from studio.state.stream import Link, LinkStatus, Stream, StreamStatus
from studio.state.tree import State

__all__ = [
    "CANVASES",
    "LOST",
    "Advising",
    "CallMedia",
    "Calls",
    "Canvas",
    "Channel",
    "Direction",
    "Feed",
    "Link",
    "LinkStatus",
    "Mixer",
    "Numbers",
    "Product",
    "Scene",
    "SceneItem",
    "Scenes",
    "Shop",
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
