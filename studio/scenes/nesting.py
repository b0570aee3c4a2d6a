"""Scenes shown as sources in other scenes: which contains which."""

from studio.spine.edit import find
from studio.state import Scene, Source, State


def nested_scene(source: Source) -> str | None:
    """The id of the scene that this source shows; None for every other kind."""
    return str(source.settings.get("scene", "")) if source.kind == "scene" else None


def reachable(state: State, scene: str) -> set[str]:
    """The ids of `scene` and of all scenes shown in it, however deep."""
    sources = {source.id: source for source in state.sources}
    found: set[str] = set()
    waiting = [scene]
    while waiting:
        one: Scene | None = find(state.scenes.scenes, waiting.pop())
        if one is None or one.id in found:
            continue
        found.add(one.id)
        inner = (nested_scene(sources[item.source]) for item in one.items if item.source in sources)
        waiting.extend(name for name in inner if name)
    return found


def shown_sources(state: State, scene: str) -> set[str]:
    """The ids of all sources that are seen when `scene` is on air."""
    sources = {source.id: source for source in state.sources}
    found: set[str] = set()
    waiting, been = [scene], set[str]()
    while waiting:
        one: Scene | None = find(state.scenes.scenes, waiting.pop())
        if one is None or one.id in been:
            continue
        been.add(one.id)
        for item in one.items:
            if item.visible and item.source in sources:
                found.add(item.source)
                if inner := nested_scene(sources[item.source]):
                    waiting.append(inner)
    return found


def guest_sources(state: State, guest: str) -> set[str]:
    """The ids of the sources that show a guest, or (`call`) the customer of the call."""
    return {source.id for source in state.sources if source.kind == "guest" and source.settings.get("guest") == guest}


def in_program(state: State, guest: str) -> bool:
    """Whether the audience sees and hears them."""
    return not state.panic and not guest_sources(state, guest).isdisjoint(shown_sources(state, state.scenes.program))
