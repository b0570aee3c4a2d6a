"""Commands about scenes and the items in them. Scenes may be named by id or by name."""

from typing import Annotated, ClassVar

from msgspec import Meta

from studio.commands.base import Command
from studio.state.scene import Coordinate, Direction, Opacity, Rotation, Transform, TransitionKind, TransitionMs

Name = Annotated[str, Meta(min_length=1, max_length=80)]


class SceneTake(Command, tag="scene.take", frozen=True, kw_only=True):
    """Put a scene on air; without `scene`, the one in preview."""

    scene: str = ""
    transition: TransitionKind | None = None
    duration_ms: TransitionMs | None = None


class ScenePreview(Command, tag="scene.preview", frozen=True, kw_only=True):
    """Put a scene in preview."""

    scene: str


class SceneAdd(Command, tag="scene.add", frozen=True, kw_only=True):
    """Add an empty scene at the end."""

    name: Name


class SceneDuplicate(Command, tag="scene.duplicate", frozen=True, kw_only=True):
    """Copy a scene under another name; both show the same sources."""

    scene: str
    name: Annotated[str, Meta(max_length=80)] = ""


class SceneTransition(Command, tag="scene.transition", frozen=True, kw_only=True):
    """Choose how one comes to this scene; without `kind` and `duration_ms` as usual again."""

    scene: str
    kind: TransitionKind | None = None
    duration_ms: TransitionMs | None = None


class SceneRename(Command, tag="scene.rename", frozen=True, kw_only=True):
    """Rename a scene."""

    scene: str
    name: Name


class SceneReorder(Command, tag="scene.reorder", frozen=True, kw_only=True):
    """Move a scene to `index` in the list (0 is first)."""

    scene: str
    index: Annotated[int, Meta(ge=0)]


class SceneRemove(Command, tag="scene.remove", frozen=True, kw_only=True):
    """Remove a scene. The one on air cannot be removed."""

    relayed: ClassVar[bool] = False
    scene: str


class ItemAdd(Command, tag="item.add", frozen=True, kw_only=True):
    """Add a source to a scene, on top."""

    scene: str
    source: str
    transform: Transform = Transform()


class ItemSet(Command, tag="item.set", frozen=True, kw_only=True):
    """Change an item: only the fields that are given."""

    scene: str
    item: str
    x: Coordinate | None = None
    y: Coordinate | None = None
    scale: Annotated[float, Meta(gt=0, le=100)] | None = None
    opacity: Opacity | None = None
    rotation: Rotation | None = None
    transform: Transform | None = None
    visible: bool | None = None
    locked: bool | None = None


class ItemReorder(Command, tag="item.reorder", frozen=True, kw_only=True):
    """Move an item to `index` in the stack (0 is the bottom)."""

    scene: str
    item: str
    index: Annotated[int, Meta(ge=0)]


class ItemRemove(Command, tag="item.remove", frozen=True, kw_only=True):
    """Remove an item from its scene; its source stays."""

    relayed: ClassVar[bool] = False
    scene: str
    item: str


class TransitionSet(Command, tag="transition.set", frozen=True, kw_only=True):
    """Choose how the next take goes. A stinger plays the film `stinger` (a source) and cuts at `cut_ms` of it."""

    kind: TransitionKind
    duration_ms: TransitionMs | None = None
    direction: Direction | None = None
    stinger: str | None = None
    cut_ms: TransitionMs | None = None


class TransitionMove(Command, tag="transition.move", frozen=True, kw_only=True):
    """Push the T-bar: 0 shows the program, 1 takes the preview, in between is in between."""

    position: Annotated[float, Meta(ge=0, le=1)]
