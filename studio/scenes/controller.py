"""The scene board: every command on scenes and items, as changes of the state, each with its inverse."""

import secrets
from collections.abc import Callable
from typing import Any

import msgspec

from studio.commands import Actor
from studio.commands import scene as ask
from studio.errors import InvalidValue, NotFound, WrongState
from studio.i18n import N_, _
from studio.scenes.nesting import nested_scene, reachable
from studio.spine import Dispatcher, Inverse, Store
from studio.spine.dispatcher import did_you_mean
from studio.spine.edit import edit, find
from studio.state import Scene, SceneItem, Scenes, Source, Transform, TransitionKind

Take = Callable[[TransitionKind, int], None]
Push = Callable[[float], None]


def new_id() -> str:
    """A short random id."""
    return secrets.token_hex(4)


class SceneController:
    """Runs the scene commands. `take` is called before the program scene changes, with how it should change; `push`
    with where the T-bar stands."""

    def __init__(self, store: Store, dispatcher: Dispatcher, take: Take, push: Push = lambda position: None) -> None:
        self._store = store
        self._take = take
        self._push = push
        for cls, handler in (
            (ask.SceneTake, self._on_take),
            (ask.ScenePreview, self._on_preview),
            (ask.SceneAdd, self._on_add),
            (ask.SceneDuplicate, self._on_duplicate),
            (ask.SceneTransition, self._on_scene_transition),
            (ask.SceneRename, self._on_rename),
            (ask.SceneReorder, self._on_reorder),
            (ask.SceneRemove, self._on_remove),
            (ask.ItemAdd, self._on_item_add),
            (ask.ItemSet, self._on_item_set),
            (ask.ItemReorder, self._on_item_reorder),
            (ask.ItemRemove, self._on_item_remove),
            (ask.TransitionSet, self._on_transition),
            (ask.TransitionMove, self._on_move),
        ):
            dispatcher.register(cls, handler)  # type: ignore[arg-type]

    # ── the state, in parts that can be got and put ──────────────────────────────────────────────────────────

    @property
    def _scenes(self) -> Scenes:
        return self._store.state.scenes

    def _change(self, **fields: Any) -> None:
        self._store.update(scenes=msgspec.structs.replace(self._scenes, **fields))

    def _get_list(self) -> tuple[Scene, ...]:
        return self._scenes.scenes

    def _put_list(self, scenes: tuple[Scene, ...]) -> None:
        if find(self._get_list(), self._scenes.program) and not find(scenes, self._scenes.program):
            raise WrongState(N_("The scene on air cannot be removed; take another one first"))
        preview = self._scenes.preview if find(scenes, self._scenes.preview) else (scenes[0].id if scenes else "")
        self._change(scenes=scenes, preview=preview)

    def _put_scene(self, scene: Scene) -> None:
        self._change(scenes=tuple(scene if other.id == scene.id else other for other in self._scenes.scenes))

    def _there(self, scene: str) -> str:
        """The scene, or the first when it has been removed since."""
        scenes = self._get_list()
        return scene if find(scenes, scene) else (scenes[0].id if scenes else "")

    def scene(self, wanted: str) -> Scene:
        """The scene with this id or name; raises `NotFound` with what it might have meant."""
        found = find(self._scenes.scenes, wanted)
        if found is None:
            names = [scene.name for scene in self._scenes.scenes]
            raise NotFound("There is no scene {scene}{hint}", field="scene", scene=wanted, hint=did_you_mean(wanted, names))
        return found  # type: ignore[no-any-return]

    def _item(self, scene: Scene, wanted: str) -> SceneItem:
        found = next((item for item in scene.items if item.id == wanted), None)
        if found is None:
            source = find(self._store.state.sources, wanted)
            found = next((item for item in scene.items if source is not None and item.source == source.id), None)
        if found is None:
            raise NotFound("There is no item {item} in {scene}", field="item", item=wanted, scene=scene.name)
        return found

    # ── scenes ───────────────────────────────────────────────────────────────────────────────────────────────

    async def _on_take(self, command: ask.SceneTake, by: Actor) -> Inverse | None:
        scenes = self._scenes
        wanted = self.scene(command.scene or scenes.preview)
        kind = command.transition or wanted.transition or scenes.transition
        usual_ms = scenes.transition_ms if wanted.transition_ms is None else wanted.transition_ms
        duration_ms = usual_ms if command.duration_ms is None else command.duration_ms
        before = self.scene(scenes.program) if scenes.program else wanted

        def put(scene: str) -> None:
            self._take(kind, duration_ms)
            self._push(0)
            self._change(tbar=0, program=scene, preview=self._there(before.id if scene == wanted.id else scenes.preview))

        return edit(_("Take {name}").format(name=wanted.name), lambda: self._scenes.program, put, wanted.id)

    async def _on_preview(self, command: ask.ScenePreview, by: Actor) -> None:
        self._change(preview=self.scene(command.scene).id)

    async def _on_add(self, command: ask.SceneAdd, by: Actor) -> Inverse | None:
        self._free(command.name)
        scene = Scene(id=new_id(), name=command.name)
        return edit(_("Add {name}").format(name=scene.name), self._get_list, self._put_list, (*self._get_list(), scene))

    async def _on_duplicate(self, command: ask.SceneDuplicate, by: Actor) -> Inverse | None:
        scene = self.scene(command.scene)
        name = command.name or self._unused(scene.name)
        self._free(name)
        items = tuple(msgspec.structs.replace(item, id=new_id()) for item in scene.items)
        copy = msgspec.structs.replace(scene, id=new_id(), name=name, items=items)
        place = [other.id for other in self._get_list()].index(scene.id) + 1
        after = (*self._get_list()[:place], copy, *self._get_list()[place:])
        return edit(_("Duplicate {name}").format(name=scene.name), self._get_list, self._put_list, after)

    async def _on_scene_transition(self, command: ask.SceneTransition, by: Actor) -> Inverse | None:
        scene = self.scene(command.scene)
        sentence = _("Transition to {name}").format(name=scene.name)
        return self._edit_scene(sentence, scene, transition=command.kind, transition_ms=command.duration_ms)

    async def _on_rename(self, command: ask.SceneRename, by: Actor) -> Inverse | None:
        scene = self.scene(command.scene)
        if scene.name.casefold() != command.name.casefold():
            self._free(command.name)
        return self._edit_scene(_("Rename {name}").format(name=scene.name), scene, name=command.name)

    async def _on_reorder(self, command: ask.SceneReorder, by: Actor) -> Inverse | None:
        scene = self.scene(command.scene)
        others = [other for other in self._get_list() if other.id != scene.id]
        others.insert(min(command.index, len(others)), scene)
        return edit(_("Move {name}").format(name=scene.name), self._get_list, self._put_list, tuple(others))

    async def _on_remove(self, command: ask.SceneRemove, by: Actor) -> Inverse | None:
        scene = self.scene(command.scene)
        if scene.id == self._scenes.program:
            raise WrongState(N_("The scene on air cannot be removed; take another one first"))
        if users := [source.name for source in self._store.state.sources if nested_scene(source) == scene.id]:
            raise WrongState("The scene is used as the source {source}; remove that first", source=users[0])
        rest = tuple(other for other in self._get_list() if other.id != scene.id)
        return edit(_("Remove {name}").format(name=scene.name), self._get_list, self._put_list, rest)

    async def _on_transition(self, command: ask.TransitionSet, by: Actor) -> Inverse | None:
        scenes, stinger = self._scenes, self._scenes.stinger
        if command.stinger is not None:
            stinger = self._source(command.stinger, "stinger").id if command.stinger else ""
        if command.kind == "stinger" and not stinger:
            raise InvalidValue(N_("a stinger needs a film: name the source"), field="stinger")
        given = {
            "transition": command.kind,
            "transition_ms": command.duration_ms,
            "direction": command.direction,
            "stinger": stinger,
            "stinger_cut_ms": command.cut_ms,
        }
        after = {name: getattr(scenes, name) if value is None else value for name, value in given.items()}
        return edit(
            _("Choose another transition"),
            lambda: {name: getattr(self._scenes, name) for name in after},
            lambda value: self._change(**value),
            after,
        )

    async def _on_move(self, command: ask.TransitionMove, by: Actor) -> Inverse | None:
        if self._store.state.panic:
            raise WrongState(N_("The curtain is down: raise it first"))
        if command.position < 1:
            self._push(command.position)
            self._change(tbar=command.position)
            return None
        return await self._on_take(ask.SceneTake(transition="cut", duration_ms=0), by)

    # ── items ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _on_item_add(self, command: ask.ItemAdd, by: Actor) -> Inverse | None:
        scene = self.scene(command.scene)
        source = self._source(command.source, "source")
        self._check_no_ring(scene, source)
        item = SceneItem(id=new_id(), source=source.id, transform=command.transform)
        return self._edit_scene(_("Add {name}").format(name=source.name), scene, items=(*scene.items, item))

    async def _on_item_set(self, command: ask.ItemSet, by: Actor) -> Inverse | None:
        scene = self.scene(command.scene)
        item = self._item(scene, command.item)
        placing = ("x", "y", "scale", "rotation", "transform")
        moved = [name for name in placing if getattr(command, name) is not None]
        if item.locked and moved and command.locked is not False:
            raise WrongState(N_("The item is locked"))
        changed = msgspec.structs.replace(
            item,
            transform=_moved(command.transform or item.transform, command),
            visible=item.visible if command.visible is None else command.visible,
            locked=item.locked if command.locked is None else command.locked,
        )
        items = tuple(changed if other.id == item.id else other for other in scene.items)
        gesture = f"item {item.id} {moved}" if moved else ""
        return self._edit_scene(_("Change {name}").format(name=scene.name), scene, gesture, items=items)

    async def _on_item_reorder(self, command: ask.ItemReorder, by: Actor) -> Inverse | None:
        scene = self.scene(command.scene)
        item = self._item(scene, command.item)
        others = [other for other in scene.items if other.id != item.id]
        others.insert(min(command.index, len(others)), item)
        return self._edit_scene(_("Reorder {name}").format(name=scene.name), scene, items=tuple(others))

    async def _on_item_remove(self, command: ask.ItemRemove, by: Actor) -> Inverse | None:
        scene = self.scene(command.scene)
        item = self._item(scene, command.item)
        rest = tuple(other for other in scene.items if other.id != item.id)
        return self._edit_scene(_("Remove from {name}").format(name=scene.name), scene, items=rest)

    def _edit_scene(self, sentence: str, scene: Scene, key: str = "", **fields: Any) -> Inverse | None:
        after = msgspec.structs.replace(scene, **fields)
        return edit(sentence, lambda: find(self._get_list(), scene.id), self._put_scene, after, key)

    def _source(self, wanted: str, field: str) -> Source:
        found = find(self._store.state.sources, wanted)
        if found is None:
            hint = did_you_mean(wanted, [source.name for source in self._store.state.sources])
            raise NotFound("There is no source {source}{hint}", field=field, source=wanted, hint=hint)
        return found  # type: ignore[no-any-return]

    def _check_no_ring(self, scene: Scene, source: Source) -> None:
        """A scene that shows itself, through however many others, would never end."""
        inner = nested_scene(source)
        if inner is not None and scene.id in reachable(self._store.state, inner):
            raise InvalidValue("{scene} would show itself", field="source", scene=scene.name)

    def _unused(self, name: str) -> str:
        taken = {scene.name.casefold() for scene in self._get_list()}
        stem = name[:70]
        return next(f"{stem} {n}" for n in range(2, len(taken) + 3) if f"{stem} {n}".casefold() not in taken)

    def _free(self, name: str) -> None:
        if any(scene.name.casefold() == name.casefold() for scene in self._get_list()):
            raise InvalidValue("there is already a scene called {name}", field="name", name=name)


def _moved(transform: Transform, command: ask.ItemSet) -> Transform:
    changes: dict[str, Any] = {name: getattr(command, name) for name in ("x", "y", "opacity", "rotation")}
    changes |= {"scale_x": command.scale, "scale_y": command.scale}
    return msgspec.structs.replace(transform, **{name: value for name, value in changes.items() if value is not None})
