"""The desk: commands on channels, and which channel belongs into the mix now."""

import asyncio
import contextlib
from functools import partial
from typing import Any

import msgspec

from studio.audio.mixer import Mixer, Strip
from studio.audio.monitor import Monitor
from studio.commands import Actor
from studio.commands import mixer as ask
from studio.errors import InvalidValue, NotFound
from studio.i18n import N_, _
from studio.media.encoder import SAMPLE_RATE
from studio.media.timed_ring import TimedRing
from studio.spine import Dispatcher, Inverse, Store
from studio.spine.edit import edit, find
from studio.state import Channel, Source
from studio.state import Mixer as MixerState
from studio.state.effects import Ducking


class MixerController:
    """Keeps the mixer's strips equal to the state. Sources without a picture are always heard; the others while their
    scene is on air."""

    def __init__(self, store: Store, dispatcher: Dispatcher, mixer: Mixer) -> None:
        self._store = store
        self._mixer = mixer
        self._loop = asyncio.get_running_loop()
        self._headphones: Monitor | None = None
        self._device: str | None = None
        self._strips: tuple[Strip, ...] = ()
        self._far: tuple[Strip, ...] = ()
        dispatcher.register(ask.ChannelSet, self._on_channel)
        dispatcher.register(ask.ChannelEffects, self._on_effects)
        dispatcher.register(ask.ChannelDuck, self._on_duck)
        dispatcher.register(ask.MonitorSet, self._on_monitor)
        dispatcher.register(ask.MasterSet, self._on_master)

    def refresh(self, rings: dict[str, TimedRing], on_air: set[str]) -> None:
        """Sources, faders or the program changed: `rings` by source id, and the ids that may be heard now."""
        state = self._store.state.mixer
        delays = {source.id: source.delay_ms for source in self._store.state.sources}
        known = {channel.source: channel for channel in state.channels}
        kinds = {source.id: source.kind for source in self._store.state.sources}
        new = {source: Channel(source=source, monitor=kinds.get(source) == "guest") for source in rings}  # a guest is heard here
        channels = tuple(known.get(source) or new[source] for source in rings)
        self._store.update(mixer=msgspec.structs.replace(state, channels=channels))
        self._strips = tuple(
            Strip(
                channel.source,
                rings[channel.source],
                channel.fader_db,
                channel.muted,
                channel.source in on_air,
                delays.get(channel.source, 0) * SAMPLE_RATE // 1000,
                channel.balance,
                channel.mono,
                channel.effects,
                channel.ducking,
                channel.monitor,
                channel.solo,
                kinds.get(channel.source) == "microphone",
                kinds.get(channel.source) != "guest",
            )
            for channel in channels
        )
        self._mixer.set_strips(self._strips + self._far)
        self._mixer.set_master(state.master_db, state.master_muted)
        self._listen()

    def hear_far(self, rings: dict[str, TimedRing]) -> None:
        """Voices from far away, by a name of their own: heard here, on the headphones' device or the usual speakers, and never
        sent back."""
        self._far = tuple(Strip(name, ring, heard=False, monitor=True, paced=False) for name, ring in rings.items())
        self._mixer.set_strips(self._strips + self._far)
        self._listen()

    def _listen(self) -> None:
        device = self._state.monitor_device
        guests = any(strip.monitor and not strip.paced for strip in self._strips)
        if self._far or guests:  # whom one talks with is heard, on the usual device when none was chosen
            self._listen_on(device)
        else:
            wanted = any(strip.monitor or strip.solo for strip in self._strips)
            self._listen_on(device if wanted and device else None)

    def close(self) -> None:
        """Give the headphones back. Any thread."""
        if self._headphones is not None:
            self._mixer.set_headphones(None)
            self._headphones.close()
            self._headphones, self._device = None, None

    def _listen_on(self, device: str | None) -> None:
        if device == self._device:
            return
        old, self._device = self._headphones, device
        mixer = self._mixer
        self._headphones = Monitor(device, partial(self._tell, device), mixer.clock, mixer.played) if device is not None else None
        self._mixer.set_headphones(self._headphones)
        if self._headphones is not None:
            self._headphones.start()
        else:
            self._put_error("")
        if old is not None:
            self._loop.run_in_executor(None, old.close)

    def _tell(self, device: str, problem: str) -> None:
        """On the headphones' thread."""
        with contextlib.suppress(RuntimeError):  # the loop has been closed: the studio is on its way out
            self._loop.call_soon_threadsafe(lambda: self._put_error(problem) if device == self._device else None)

    def _put_error(self, problem: str) -> None:
        if self._state.monitor_error != problem:
            self._store.update(mixer=msgspec.structs.replace(self._state, monitor_error=problem))

    async def _on_channel(self, command: ask.ChannelSet, by: Actor) -> Inverse | None:
        source, channel = self._found(command.source, "source")
        changed = msgspec.structs.replace(channel, **_given(command))
        if command.muted is not None and command.muted != channel.muted:
            sentence, key = (_("Mute {name}") if command.muted else _("Unmute {name}")), ""
        else:
            sentence, key = _("Fader {name}"), f"fader {source.id}"
        return edit(sentence.format(name=source.name), lambda: self._channel(channel.source), self._put, changed, key)

    async def _on_effects(self, command: ask.ChannelEffects, by: Actor) -> Inverse | None:
        source, channel = self._found(command.source, "source")
        changed = msgspec.structs.replace(channel, effects=command.effects)
        return edit(_("Effects {name}").format(name=source.name), lambda: self._channel(channel.source), self._put, changed)

    async def _on_duck(self, command: ask.ChannelDuck, by: Actor) -> Inverse | None:
        source, channel = self._found(command.source, "source")
        ducking = None
        if command.key:
            key = self._found(command.key, "key")[0]
            if key.id == source.id:
                raise InvalidValue(N_("a channel cannot step back for itself"), field="key")
            values = {name: getattr(command, name) for name in ("threshold_db", "depth_db", "attack_ms", "release_ms")}
            try:
                ducking = msgspec.convert({"key": key.id, **values}, Ducking)
            except msgspec.ValidationError as error:
                problem, _at, path = str(error).partition(" - at `$.")
                raise InvalidValue("{problem}", field=path.rstrip("`"), problem=problem) from None
        changed = msgspec.structs.replace(channel, ducking=ducking)
        return edit(_("Ducking {name}").format(name=source.name), lambda: self._channel(channel.source), self._put, changed)

    async def _on_monitor(self, command: ask.MonitorSet, by: Actor) -> None:
        self._store.update(mixer=msgspec.structs.replace(self._state, monitor_device=command.device))

    def _found(self, wanted: str, field: str) -> tuple[Source, Channel]:
        source = find(self._store.state.sources, wanted)
        channel = next((c for c in self._state.channels if source is not None and c.source == source.id), None)
        if source is None or channel is None:
            raise NotFound("There is no channel {source}", field=field, source=wanted)
        return source, channel

    async def _on_master(self, command: ask.MasterSet, by: Actor) -> Inverse | None:
        given = {f"master_{name.removeprefix('fader_')}": value for name, value in _given(command).items()}
        after = msgspec.structs.replace(self._state, **given)
        return edit(
            _("Fader {name}").format(name=_("Programme")),
            lambda: (self._state.master_db, self._state.master_muted),
            lambda value: self._store.update(
                mixer=msgspec.structs.replace(self._state, master_db=value[0], master_muted=value[1])
            ),
            (after.master_db, after.master_muted),
            "master" if command.muted is None else "",
        )

    @property
    def _state(self) -> MixerState:
        return self._store.state.mixer

    def _channel(self, source: str) -> Channel:
        return next((channel for channel in self._state.channels if channel.source == source), Channel(source=source))

    def _put(self, changed: Channel) -> None:
        channels = tuple(changed if c.source == changed.source else c for c in self._state.channels)
        self._store.update(mixer=msgspec.structs.replace(self._state, channels=channels))


def _given(command: ask.ChannelSet | ask.MasterSet) -> dict[str, Any]:
    names = (field.name for field in msgspec.structs.fields(command) if field.name != "source")
    return {name: value for name in names if (value := getattr(command, name)) is not None}
