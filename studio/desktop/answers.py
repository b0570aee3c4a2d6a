"""What the desktop answers: devices, levels, room on the disk, days on which shops are shut."""

import asyncio
from collections.abc import Callable
from datetime import date

from studio.audio.loudness import Loudness
from studio.audio.meter import Level
from studio.audio.mixer import Mixer
from studio.commands import Actor
from studio.queries.call import CallHolidays, Holiday
from studio.queries.mixer import Levels, MixerLevels
from studio.queries.recording import RecordingSpace
from studio.queries.source import Choice, SourceChoices, SourceModes
from studio.show.opening_hours import days_ahead
from studio.sources import choices
from studio.spine import Dispatcher


class Answers:
    """`free()` is what a disk has left for recordings, in bytes, and may block. On the studio's loop; who looks at devices waits
    on a thread of its own."""

    def __init__(self, dispatcher: Dispatcher, mixer: Mixer, free: Callable[[], int | None]) -> None:
        self._mixer = mixer
        self._free = free
        dispatcher.register(SourceChoices, self._choices)
        dispatcher.register(SourceModes, self._modes)
        dispatcher.register(RecordingSpace, self._space)
        dispatcher.register(MixerLevels, self._levels)
        dispatcher.register(CallHolidays, self._holidays)

    async def _choices(self, query: SourceChoices, by: Actor) -> tuple[Choice, ...]:
        return tuple(await asyncio.to_thread(choices.choices, query.kind))

    async def _modes(self, query: SourceModes, by: Actor) -> tuple[Choice, ...]:
        return tuple(await asyncio.to_thread(choices.camera_modes, query.device))

    async def _space(self, query: RecordingSpace, by: Actor) -> int | None:
        return await asyncio.to_thread(self._free)

    async def _levels(self, query: MixerLevels, by: Actor) -> Levels:
        levels = self._mixer.meters.peek() or {}
        loudness = self._mixer.loudness.peek() or Loudness()
        sources = {source: (level.peak_db, level.rms_db) for source, level in levels.items() if source}
        programme = levels.get("", Level())
        return Levels(sources, (programme.peak_db, programme.rms_db), *loudness)

    async def _holidays(self, query: CallHolidays, by: Actor) -> tuple[Holiday, ...]:
        days = await asyncio.to_thread(days_ahead, query.country, date.today(), query.language)
        return tuple(Holiday(day, name) for day, name in days)
