"""The rack: starts, changes and closes sources, and keeps their part of the state."""

import asyncio
import contextlib
import dataclasses
from collections import defaultdict
from typing import Any

import msgspec

from studio.commands import Actor
from studio.commands import media as ask_media
from studio.commands import source as ask
from studio.errors import ChangedSince, InvalidValue, NotFound, WrongState
from studio.i18n import N_, _
from studio.sources.audition import Audition
from studio.sources.base import (
    Playable,
    Reopened,
    Report,
    Source,
    SourceContext,
    SourceKind,
    Watched,
    checked_settings,
)
from studio.sources.delayed import DelayedSource
from studio.spine import Dispatcher, Inverse, Store
from studio.spine.dispatcher import did_you_mean
from studio.spine.edit import edit, find
from studio.state import Scene, State
from studio.state import Source as SourceState


class SourceRack:
    """Owns all running sources. Its methods belong to the studio's loop; reports come from any thread."""

    def __init__(
        self, store: Store, dispatcher: Dispatcher, kinds: dict[str, SourceKind], context: SourceContext, new_id: Any
    ) -> None:
        self.running: dict[str, Source] = {}
        self.kinds = kinds
        self._auditions: list[Audition] = []
        self._delayed: dict[str, DelayedSource] = {}
        self._store = store
        self._context = context
        self._new_id = new_id
        self._loop = asyncio.get_running_loop()
        self._restarts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        """One restart of a source at a time: closing a device takes its time, and commands come meanwhile."""
        dispatcher.register(ask.SourceAdd, self._on_add)
        dispatcher.register(ask.SourceSet, self._on_set)
        dispatcher.register(ask.SourceDelay, self._on_delay)
        dispatcher.register(ask.SourceRename, self._on_rename)
        dispatcher.register(ask.SourceRemove, self._on_remove)
        dispatcher.register(ask_media.MediaPlay, self._on_play)
        dispatcher.register(ask_media.MediaPause, self._on_pause)
        dispatcher.register(ask_media.MediaSeek, self._on_seek)

    def open(self, sources: tuple[SourceState, ...]) -> None:
        """Start the sources of a show; their settings were checked when it was read."""
        self._store.update(sources=sources)
        for source in sources:
            self._start(source)

    async def close(self) -> None:
        """Close all, each on a thread of its own, as a stuck device may take its time."""
        sources, self.running = list(self.running.values()), {}
        auditions, self._auditions = self._auditions, []
        closing = [asyncio.to_thread(source.close) for source in sources]
        await asyncio.gather(*closing, *(audition.close() for audition in auditions))

    def shown(self, state: SourceState) -> Source:
        """The running source as the picture uses it: later, where it is delayed."""
        running = self.running[state.id]
        if not state.delay_ms:
            self._delayed.pop(state.id, None)
            return running
        delayed = self._delayed.get(state.id)
        if delayed is None or delayed.source is not running or delayed.delay_ms != state.delay_ms:
            delayed = self._delayed[state.id] = DelayedSource(running, state.delay_ms)
        return delayed

    def audition(self, kind: str, settings: dict[str, Any]) -> Audition:
        """Try a device out; one that the show uses already is looked at where it runs."""
        for state in self._store.state.sources:
            same = all(state.settings.get(name) == value for name, value in settings.items())
            if state.kind == kind and same and state.id in self.running:
                return Audition(self.running[state.id], own=False)
        audition = Audition.begin(self.kinds, kind, settings, self._context)
        self._auditions.append(audition)
        return audition

    async def give_back(self, audition: Audition) -> None:
        """An audition is over."""
        if audition in self._auditions:
            self._auditions.remove(audition)
        await audition.close()

    def check(self) -> None:
        """Look whether the devices still deliver; a few times a second."""
        now_ns = self._context.clock.now_ns()
        for source in self.running.values():
            if isinstance(source, Watched):
                source.check(now_ns)

    def state(self, wanted: str) -> SourceState:
        """The source with this id or name; raises `NotFound`."""
        found = find(self._store.state.sources, wanted)
        if found is None:
            names = [source.name for source in self._store.state.sources]
            raise NotFound("There is no source {source}{hint}", field="source", source=wanted, hint=did_you_mean(wanted, names))
        return found  # type: ignore[no-any-return]

    def _start(self, state: SourceState) -> None:
        settings = checked_settings(self.kinds, state.kind, state.settings)
        context = dataclasses.replace(self._context, report=lambda report: self._report(state.id, report))
        source = self.kinds[state.kind].make(settings, context)
        self.running[state.id] = source
        source.start()

    def _report(self, source: str, report: Report) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has been closed: the studio is on its way out
            self._loop.call_soon_threadsafe(self._apply, source, report)

    def _apply(self, source: str, report: Report) -> None:
        told = ("status", "reason", "duration_ms", "paused", "proxy")
        fields: dict[str, Any] = {name: value for name in told if (value := getattr(report, name)) is not None}
        if report.size is not None:
            fields["width"], fields["height"] = report.size
        self._change(source, **fields)

    def _change(self, source: str, **fields: Any) -> None:
        self._store.update(
            sources=tuple(
                msgspec.structs.replace(state, **fields) if state.id == source else state for state in self._store.state.sources
            )
        )

    async def _on_add(self, command: ask.SourceAdd, by: Actor) -> Inverse:
        settings = self._by_id(command.kind, command.settings)
        checked_settings(self.kinds, command.kind, settings)
        self._check_free(command.name)
        state = SourceState(id=self._new_id(), kind=command.kind, name=command.name, settings=settings)
        self._store.update(sources=(*self._store.state.sources, state))
        self._start(state)
        sentence = _("Add {name}").format(name=state.name)
        return Inverse(sentence, lambda: self._remove(state.id, sentence), result=state.id)

    async def _on_set(self, command: ask.SourceSet, by: Actor) -> Inverse | None:
        state = self.state(command.source)
        sentence = _("Settings of {name}").format(name=state.name)
        gesture = f"settings {state.id} {sorted(command.settings)}"
        return await self._change_settings(state.id, sentence, command.settings, gesture)

    async def _change_settings(self, source: str, sentence: str, changes: dict[str, Any], key: str = "") -> Inverse | None:
        async with self._restarts[source]:
            state = self.state(source)
            settings = state.settings | changes
            checked_settings(self.kinds, state.kind, settings)
            if settings == state.settings:
                return None
            await self._restart(source, settings)
        return self._settings_inverse(source, sentence, state.settings, settings, key)

    async def _restart(self, source: str, settings: dict[str, Any]) -> None:
        # The old one stays in `running` until the new one takes its place: its channel and items must not vanish.
        if (old := self.running.get(source)) is not None:
            await asyncio.to_thread(old.close)
        self._change(source, settings=settings, status="starting", reason="", proxy=False, proxy_problem="")
        self._start(self.state(source))

    def told_proxy(self, source: str, problem: str) -> None:
        """Why a film has no proxy although somebody wanted one."""
        self._change(source, proxy_problem=problem)

    def showing(self, path: str) -> list[str]:
        """The sources that show a film."""
        return [state.id for state in self._store.state.sources if state.settings.get("path") == path]

    def reopen(self, path: str) -> None:
        """There is a proxy of a film now, or none any more: every source that shows the film goes on with what there is."""
        for other in self._store.state.sources:
            running = self.running.get(other.id)
            if other.settings.get("path") == path and isinstance(running, Reopened):
                running.reopen()

    def _settings_inverse(
        self, source: str, sentence: str, before: dict[str, Any], after: dict[str, Any], key: str = ""
    ) -> Inverse:
        async def run() -> Inverse:
            async with self._restarts[source]:
                if self.state(source).settings != after:
                    raise ChangedSince(N_("It has been changed since"))
                await self._restart(source, before)
            return self._settings_inverse(source, sentence, after, before)

        def reach_back(earlier: dict[str, Any]) -> Inverse:
            return self._settings_inverse(source, sentence, earlier, after, key)

        return Inverse(sentence, run, None, key, before, reach_back)

    async def _on_delay(self, command: ask.SourceDelay, by: Actor) -> Inverse | None:
        state = self.state(command.source)
        return edit(
            _("Delay {name}").format(name=state.name),
            lambda: self.state(state.id).delay_ms,
            lambda delay_ms: self._change(state.id, delay_ms=delay_ms),
            command.delay_ms,
        )

    async def _on_rename(self, command: ask.SourceRename, by: Actor) -> Inverse | None:
        state = self.state(command.source)
        if state.name.casefold() != command.name.casefold():
            self._check_free(command.name)
        sentence = _("Rename {name}").format(name=state.name)
        return edit(sentence, lambda: self.state(state.id).name, lambda name: self._change(state.id, name=name), command.name)

    async def _on_remove(self, command: ask.SourceRemove, by: Actor) -> Inverse:
        state = self.state(command.source)
        return await self._remove(state.id, _("Remove {name}").format(name=state.name))

    async def _remove(self, source: str, sentence: str) -> Inverse:
        """Remove a source and its items; the inverse puts back all that went with it."""
        async with self._restarts[source]:
            gone, before = self.state(source), self._store.state
            running = self.running.pop(source, None)
            self._delayed.pop(source, None)
            without = tuple(
                msgspec.structs.replace(scene, items=tuple(item for item in scene.items if item.source != source))
                for scene in before.scenes.scenes
            )
            self._store.update(
                scenes=msgspec.structs.replace(before.scenes, scenes=without),
                sources=tuple(other for other in before.sources if other.id != source),
            )
            if running is not None:
                await asyncio.to_thread(running.close)
        self._restarts.pop(source, None)
        return Inverse(sentence, lambda: self._restore(gone, before, sentence))

    async def _restore(self, gone: SourceState, before: State, sentence: str) -> Inverse:
        """Put back a source, its channel, and its items in the scenes that are still there, as high as they lay."""
        self._check_free(gone.name)
        now = self._store.state
        at = next((n for n, source in enumerate(before.sources) if source.id == gone.id), len(now.sources))
        state = msgspec.structs.replace(gone, status="starting", reason="")
        channel = tuple(channel for channel in before.mixer.channels if channel.source == gone.id)
        self._start(state)  # first: a channel without a source that runs would be dropped at once, and its fader with it
        self._store.update(
            sources=(*now.sources[:at], state, *now.sources[at:]),
            scenes=msgspec.structs.replace(now.scenes, scenes=_with_items(now.scenes.scenes, before.scenes.scenes, gone.id)),
            mixer=msgspec.structs.replace(now.mixer, channels=(*now.mixer.channels, *channel)),
        )
        return Inverse(sentence, lambda: self._remove(gone.id, sentence))

    def _by_id(self, kind: str, settings: dict[str, Any]) -> dict[str, Any]:
        """Settings with the id of the scene they name, which outlives its renaming."""
        if kind != "scene" or "scene" not in settings:
            return settings
        scenes = self._store.state.scenes.scenes
        scene = find(scenes, str(settings["scene"]))
        if scene is None:
            hint = did_you_mean(str(settings["scene"]), [other.name for other in scenes])
            raise NotFound("There is no scene {scene}{hint}", field="settings.scene", scene=settings["scene"], hint=hint)
        return settings | {"scene": scene.id}

    def _check_free(self, name: str) -> None:
        if any(source.name.casefold() == name.casefold() for source in self._store.state.sources):
            raise InvalidValue("there is already a source called {name}", field="name", name=name)

    async def _on_play(self, command: ask_media.MediaPlay, by: Actor) -> None:
        self._film(command.source).play()

    async def _on_pause(self, command: ask_media.MediaPause, by: Actor) -> None:
        self._film(command.source).pause()

    async def _on_seek(self, command: ask_media.MediaSeek, by: Actor) -> None:
        self._film(command.source).seek(command.position_ms)

    def _film(self, wanted: str) -> Playable:
        source = self.running.get(self.state(wanted).id)
        if not isinstance(source, Playable):
            raise WrongState(N_("This source is not a film"))
        return source


def _with_items(scenes: tuple[Scene, ...], before: tuple[Scene, ...], source: str) -> tuple[Scene, ...]:
    """`scenes` with the items of `source` that they had `before`."""
    had = {scene.id: scene.items for scene in before}
    put_back = []
    for scene in scenes:
        items = list(scene.items)
        for place, item in enumerate(had.get(scene.id, ())):
            if item.source == source:
                items.insert(min(place, len(items)), item)
        put_back.append(msgspec.structs.replace(scene, items=tuple(items)))
    return tuple(put_back)
