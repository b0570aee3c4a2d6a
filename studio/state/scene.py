"""Scenes: what is in the picture, where, and which of them is on air."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

TransitionKind = Literal["cut", "fade", "fade_black", "slide", "wipe", "stinger"]
Direction = Literal["left", "right", "up", "down"]
TransitionMs = Annotated[int, Meta(ge=0, le=20_000)]
Fit = Literal["none", "fit", "fill", "stretch"]
Coordinate = Annotated[float, Meta(ge=-20_000, le=20_000)]
Length = Annotated[float, Meta(ge=0, le=20_000)]
Scale = Annotated[float, Meta(ge=0, le=100)]
Rotation = Annotated[float, Meta(ge=-360, le=360)]
Opacity = Annotated[float, Meta(ge=0, le=1)]
Crop = Annotated[int, Meta(ge=0, le=20_000)]


class Canvas(Struct, frozen=True):
    """The picture all scenes are laid out on, in pixels."""

    width: int = 1920
    height: int = 1080

    @property
    def short_side(self) -> int:
        """Renditions are named by it."""
        return min(self.width, self.height)

    def rendition_size(self, short_side: int) -> tuple[int, int]:
        """Width and height of the rendition called `short_side`; even numbers, never larger than the canvas."""
        scale = min(1.0, short_side / self.short_side)
        return round(self.width * scale / 2) * 2, round(self.height * scale / 2) * 2


CANVASES = (Canvas(1920, 1080), Canvas(1080, 1920), Canvas(1080, 1080))


class Transform(Struct, frozen=True, kw_only=True):
    """Where an item's picture goes, in canvas pixels.

    With `fit="none"` the source keeps its own size times `scale_x`/`scale_y`. Otherwise it is laid into the box
    `width` × `height` (0 means to the canvas' edge): whole (`fit`), covering (`fill`) or pulled (`stretch`).
    Crop is in source pixels, taken off before scaling. `opacity` is 0 to 1. `rotation` is in degrees clockwise about
    the middle of where it lies.
    """

    x: Coordinate = 0
    y: Coordinate = 0
    scale_x: Scale = 1
    scale_y: Scale = 1
    fit: Fit = "none"
    width: Length = 0
    height: Length = 0
    crop_left: Crop = 0
    crop_top: Crop = 0
    crop_right: Crop = 0
    crop_bottom: Crop = 0
    opacity: Opacity = 1
    rotation: Rotation = 0


class SceneItem(Struct, frozen=True, kw_only=True):
    """One use of a source in a scene; later items lie on top."""

    id: str
    source: str
    transform: Transform = Transform()
    visible: bool = True
    locked: bool = False


class Scene(Struct, frozen=True, kw_only=True):
    """A named arrangement of items. `transition` and `transition_ms` are how one comes to it, where that is not as usual."""

    id: str
    name: str
    items: tuple[SceneItem, ...] = ()
    transition: TransitionKind | None = None
    transition_ms: TransitionMs | None = None


class Scenes(Struct, frozen=True, kw_only=True):
    """All scenes, the one on air (`program`), the one in preparation (`preview`), and how one becomes the other."""

    canvas: Canvas = Canvas()
    fps: int = 30
    scenes: tuple[Scene, ...] = ()
    program: str = ""
    preview: str = ""
    transition: TransitionKind = "fade"
    transition_ms: int = 300
    direction: Direction = "left"
    """Where slides and wipes go."""
    stinger: str = ""
    """The film (a source's id) that a stinger plays over the change, and when in it the picture is hidden."""
    stinger_cut_ms: int = 500
    tbar: float = 0
    """How far the T-bar is pushed from program (0) to preview (1)."""
