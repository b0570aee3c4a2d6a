"""The desk: commands on channels, and which channel belongs into the mix now."""

from typing import Any

import msgspec

from studio.audio.mixer import Mixer, Strip
from studio.commands import Actor
from studio.commands import mixer as ask
from studio.errors import NotFound
from studio.media.encoder import SAMPLE_RATE
from studio.media.timed_ring import TimedRing
from studio.spine import Dispatcher, Inverse, Store
from studio.spine.edit import edit, find
from studio.state import Channel
from studio.state import Mixer as MixerState


class AudioDesk:
    """Keeps the mixer's strips equal to the state. Sources without a picture are always heard; the others while their
    scene is on air."""

    def __init__(self, store: Store, dispatcher: Dispatcher, mixer: Mixer) -> None:
        self._store = store
        self._mixer = mixer
        dispatcher.register(ask.ChannelSet, self._on_channel)
        dispatcher.register(ask.MasterSet, self._on_master)

    def refresh(self, rings: dict[str, TimedRing], on_air: set[str]) -> None:
        """Sources, faders or the program changed: `rings` by source id, and the ids that may be heard now."""
        state = self._store.state.mixer
        delays = {source.id: source.delay_ms for source in self._store.state.sources}
        known = {channel.source: channel for channel in state.channels}
        channels = tuple(known.get(source) or Channel(source=source) for source in rings)
        self._store.update(mixer=msgspec.structs.replace(state, channels=channels))
        self._mixer.set_strips(
            tuple(
                Strip(
                    channel.source,
                    rings[channel.source],
                    channel.fader_db,
                    channel.muted,
                    channel.source in on_air,
                    delays.get(channel.source, 0) * SAMPLE_RATE // 1000,
                )
                for channel in channels
            )
        )
        self._mixer.set_master(state.master_db, state.master_muted)

    async def _on_channel(self, command: ask.ChannelSet, by: Actor) -> Inverse | None:
        source = find(self._store.state.sources, command.source)
        channel = next((c for c in self._state.channels if source is not None and c.source == source.id), None)
        if source is None or channel is None:
            raise NotFound("There is no channel {source}", field="source", source=command.source)
        changed = msgspec.structs.replace(channel, **_given(command))
        if command.muted is not None and command.muted != channel.muted:
            sentence = f"{'Mute' if command.muted else 'Unmute'} {source.name}"
        else:
            sentence = f"Fader {source.name}"
        return edit(sentence, lambda: self._channel(channel.source), self._put, changed)

    async def _on_master(self, command: ask.MasterSet, by: Actor) -> Inverse | None:
        given = {f"master_{name.removeprefix('fader_')}": value for name, value in _given(command).items()}
        after = msgspec.structs.replace(self._state, **given)
        return edit(
            "Master",
            lambda: (self._state.master_db, self._state.master_muted),
            lambda value: self._store.update(
                mixer=msgspec.structs.replace(self._state, master_db=value[0], master_muted=value[1])
            ),
            (after.master_db, after.master_muted),
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
    return {name: value for name in ("fader_db", "muted") if (value := getattr(command, name)) is not None}
