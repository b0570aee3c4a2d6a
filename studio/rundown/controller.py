"""Runs the commands on rundown, teleprompter and cues."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from studio.clock import Clock
from studio.commands import Actor
from studio.commands import rundown as ask
from studio.errors import InvalidValue, NotFound, WrongState
from studio.i18n import N_, _
from studio.spine import Dispatcher, Inverse, Store
from studio.spine.edit import edit
from studio.state.rundown import Cue, Rundown, Step

Take = Callable[[str, Actor], Awaitable[None]]


class RundownController:
    """`take` puts a step's scene on air."""

    def __init__(self, store: Store, dispatcher: Dispatcher, clock: Clock, take: Take) -> None:
        self._store = store
        self._clock = clock
        self._take = take
        dispatcher.register(ask.RundownSet, self._on_set)
        dispatcher.register(ask.RundownGo, self._on_go)
        dispatcher.register(ask.RundownStop, self._on_stop)
        dispatcher.register(ask.ScriptSet, self._on_script)
        dispatcher.register(ask.CueSend, self._on_cue)
        dispatcher.register(ask.CueClear, self._on_clear)

    @property
    def _rundown(self) -> Rundown:
        return self._store.state.rundown

    def _change(self, **fields: Any) -> None:
        self._store.update(rundown=msgspec.structs.replace(self._rundown, **fields))

    def _put_steps(self, steps: tuple[Step, ...]) -> None:
        ids = {step.id for step in steps}
        rundown = self._rundown
        current = rundown.current if rundown.current in ids else ""
        done = tuple(step for step in rundown.done if step in ids)
        self._change(steps=steps, current=current, done=done, since_ms=rundown.since_ms if current else None)

    async def _on_set(self, command: ask.RundownSet, by: Actor) -> Inverse | None:
        ids = [step.id for step in command.steps]
        if len(ids) != len(set(ids)):
            raise InvalidValue(N_("Two steps have the same id"), field="steps")
        return edit(_("Change the rundown"), lambda: self._rundown.steps, self._put_steps, command.steps)

    async def _on_go(self, command: ask.RundownGo, by: Actor) -> None:
        steps, current = self._rundown.steps, self._rundown.current
        ids = [step.id for step in steps]
        if command.step:
            if command.step not in ids:
                raise NotFound("There is no step {step} in the rundown", field="step", step=command.step)
            at = ids.index(command.step)
        else:
            at = ids.index(current) + 1 if current in ids else 0
            if at >= len(ids):
                raise WrongState(N_("That was the last step of the rundown"))
        self._change(current=ids[at], done=tuple(ids[:at]), since_ms=self._clock.wall_ms())
        if command.take and steps[at].scene:
            await self._take(steps[at].scene, by)

    async def _on_stop(self, command: ask.RundownStop, by: Actor) -> None:
        self._change(current="", done=(), since_ms=None)

    async def _on_script(self, command: ask.ScriptSet, by: Actor) -> Inverse | None:
        def put(text: str) -> None:
            self._change(script=text)

        return edit(_("Change the teleprompter's text"), lambda: self._rundown.script, put, command.text, "script")

    async def _on_cue(self, command: ask.CueSend, by: Actor) -> None:
        text = " ".join(command.text.split())
        if not text:
            raise InvalidValue(N_("It needs at least one word"), field="text")
        self._change(cue=Cue(text=text, by=by.name or ("" if by.local else by.id), at_ms=self._clock.wall_ms()))

    async def _on_clear(self, command: ask.CueClear, by: Actor) -> None:
        self._change(cue=Cue())
