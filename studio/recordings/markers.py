"""Marks in what is being recorded: by themselves where something is pinned, taken or asked, and by hand."""

from collections.abc import Callable

import msgspec

from studio.clock import Clock
from studio.commands import Actor
from studio.commands import recording as ask
from studio.errors import WrongState
from studio.i18n import N_, _
from studio.recordings import marks
from studio.recordings.run import Run
from studio.spine import Dispatcher, Inverse, Store
from studio.spine.edit import edit
from studio.state import State
from studio.state.recording import Mark

WAY_MS = 3000
"""An event and the state that it made come within this time of each other."""
NOTHING = N_("Nothing is being recorded")


class Markers:
    """`run()` is what is being recorded, or None. On the studio's loop."""

    def __init__(self, store: Store, dispatcher: Dispatcher, clock: Clock, run: Callable[[], Run | None]) -> None:
        self._store, self._clock, self._run = store, clock, run
        dispatcher.register(ask.MarkerSet, self._on_marker)
        dispatcher.register(ask.MarkersPlan, self._on_plan)

    def pinned(self, product: str, ago_ms: int) -> None:
        """The server's event of a pin has come, which it dates so long ago: the mark, which follows the state, is moved there."""
        if (run := self._run()) is not None:
            at_ms = run.pinned[product] = max(0, self._film_ms(run) - max(0, ago_ms))
            self._put(marks.moved(self._now, product, at_ms, WAY_MS))

    def follow(self, old: State, new: State) -> None:
        """The state is another: what ended has an end, what began a mark."""
        run = self._run()
        if run is None or (old.shop is new.shop and old.scenes is new.scenes):
            return
        at_ms = self._film_ms(run)
        found = marks.closed(self._now, marks.ended(old, new), at_ms)
        for mark in marks.begun(old, new):
            said_ms = run.pinned.get(mark.ref, at_ms) if mark.kind == "product" else at_ms
            found += (msgspec.structs.replace(mark, at_ms=said_ms if 0 <= at_ms - said_ms <= WAY_MS else at_ms),)
        if found != self._now:
            self._put(found)

    async def _on_marker(self, command: ask.MarkerSet, by: Actor) -> None:
        run = self._run()
        if run is None:
            raise WrongState(NOTHING)
        recording = self._store.state.recording
        used = [mark.title for mark in recording.marks if mark.kind == "marker"]
        planned = next((title for title in recording.planned if title not in used), "")
        title = command.title.strip() or planned or _("Marker {number}").format(number=len(used) + 1)
        self._put((*recording.marks, Mark(at_ms=self._film_ms(run), title=title)))

    async def _on_plan(self, command: ask.MarkersPlan, by: Actor) -> Inverse | None:
        def put(titles: tuple[str, ...]) -> None:
            store = self._store
            store.update(recording=msgspec.structs.replace(store.state.recording, planned=titles))

        return edit(_("Prepare markers"), lambda: self._store.state.recording.planned, put, command.titles)

    @property
    def _now(self) -> tuple[Mark, ...]:
        return self._store.state.recording.marks

    def _put(self, found: tuple[Mark, ...]) -> None:
        recording = self._store.state.recording
        self._store.update(recording=msgspec.structs.replace(recording, marks=found[-marks.MARKS_MAX :]))

    def _film_ms(self, run: Run) -> int:
        return run.reel.film_ms(self._clock.now_ns())
