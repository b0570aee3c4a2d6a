"""The stage: keeps what the program composes equal to the state."""

from collections.abc import Callable, Mapping

from studio.scenes.nesting import nested_scene
from studio.scenes.program import Plan, PlannedItem, Program, Stinger
from studio.sources.base import Playable, SourceKind
from studio.sources.base import Source as RunningSource
from studio.sources.rack import SourceRack
from studio.spine.edit import find
from studio.state import LOST, Source, State, Transform, TransitionKind

OVER_ALL = Transform(fit="stretch")


class ProgramFollower:
    """Turns scenes into plans of running sources. `slate` gives a lost source's stand-in, `curtain` is what a panic
    shows. On the studio's loop."""

    def __init__(
        self,
        program: Program,
        rack: SourceRack,
        kinds: Mapping[str, SourceKind],
        slate: Callable[[Source], RunningSource],
        curtain: RunningSource,
    ) -> None:
        self._program = program
        self._rack = rack
        self._kinds = kinds
        self._slate = slate
        self._curtain = curtain
        self._take: tuple[TransitionKind, int] = ("cut", 0)
        """How the program changes next."""
        self._tiles_watched = False

    def open(self, state: State) -> None:
        """Show `state` as it is, without a transition."""
        self._curtain.start()
        self._program.show(self._on_air(state))
        self._program.preview(self.plan(state, state.scenes.preview))

    def remember_take(self, kind: TransitionKind, duration_ms: int) -> None:
        """How the next change of the program scene goes."""
        self._take = (kind, duration_ms)

    def push(self, state: State, position: float) -> None:
        """The T-bar stands at `position`; before the curtain nothing moves."""
        self._program.push(0.0 if state.panic else position, state.scenes.transition, state.scenes.direction)

    def changed(self, old: State, new: State) -> None:
        """Follow the state. The curtain comes and goes without a transition, and nothing moves before it."""
        if new.panic or old.panic:
            self.push(new, new.scenes.tbar)
            self._program.show(self._on_air(new))
        elif old.scenes.program != new.scenes.program:
            self._show(new)
        else:
            self._program.update(self._on_air(new))
        self._program.preview(self.plan(new, new.scenes.preview))
        self._refresh_tiles(new)

    def watch_tiles(self, state: State, *, on: bool) -> None:
        """Compose all scenes as small pictures, or no more."""
        self._tiles_watched = on
        self._refresh_tiles(state)

    def plan(self, state: State, scene: str, within: tuple[str, ...] = ()) -> Plan:
        """What is drawn for a scene, bottom first; a scene nested in itself is left out."""
        found = find(state.scenes.scenes, scene)
        items = found.items if found is not None and found.id not in within else ()
        sources = {source.id: source for source in state.sources}
        plan = []
        for item in items:
            source = sources.get(item.source)
            if not item.visible or source is None or source.id not in self._rack.running or not self._kinds[source.kind].video:
                continue
            if (inner := nested_scene(source)) is not None:
                plan.append(PlannedItem(None, item.transform, self.plan(state, inner, (*within, scene))))
            else:
                plan.append(PlannedItem(self._shown(source), item.transform))
        return tuple(plan)

    def _on_air(self, state: State) -> Plan:
        """The scene on air, or the curtain while there is panic."""
        if state.panic:
            return (PlannedItem(self._curtain, OVER_ALL),)
        return self.plan(state, state.scenes.program)

    def _show(self, state: State) -> None:
        """Put the program scene on air as the take said."""
        kind, duration_ms = self._take
        stinger = None
        if kind == "stinger":
            film = self._rack.running.get(state.scenes.stinger)
            length_ms = next((s.duration_ms for s in state.sources if s.id == state.scenes.stinger and s.status == "live"), None)
            if isinstance(film, Playable) and length_ms:
                film.seek(0)
                film.play()
                stinger, duration_ms = Stinger(film, state.scenes.stinger_cut_ms), length_ms
        self._program.show(self._on_air(state), kind, duration_ms, state.scenes.direction, stinger)

    def _shown(self, source: Source) -> RunningSource:
        """The source itself, or its slate while it is lost."""
        if source.status in LOST and self._kinds[source.kind].slate:
            return self._slate(source)
        return self._rack.shown(source)

    def _refresh_tiles(self, state: State) -> None:
        scenes = state.scenes.scenes if self._tiles_watched else ()
        self._program.watch_tiles({scene.id: self.plan(state, scene.id) for scene in scenes})
