"""Less is asked of the computer while it cannot keep up, and the state says so."""

import asyncio

import msgspec

from studio.calls.controller import CallController
from studio.calls.guests import GuestController
from studio.clock import NS_PER_S, Clock
from studio.desktop.encoders import Encoders
from studio.outputs.adaptation import Adaptation, Controls
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.outputs.stream import StreamController
from studio.scenes.program import Program
from studio.spine import Store

EVERY_S = 0.25


class SteppingDown:
    """Of the stream, the recording and the calls together. On the studio's loop."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        program: Program,
        encoders: Encoders,
        sending: tuple[StreamController, CallController, GuestController],
    ) -> None:
        self._store = store
        self._clock = clock
        self._encoders = encoders
        self._stream, self._calls, self._guests = sending
        self._adaptation = Adaptation(
            program,
            Controls(encoders=self._running, renditions=self._renditions, recorded=self._recorded, shrink=self._shrink),
        )

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            self._adaptation.look(self._clock.now_ns() / NS_PER_S)
            stream = self._store.state.stream
            if self._adaptation.steps != stream.steps:
                self._store.update(stream=msgspec.structs.replace(stream, steps=self._adaptation.steps))

    def _running(self) -> tuple[RenditionEncoder, ...]:
        output, best = self._stream.output, self._encoders.best.encoder
        others = output.encoders.values() if output is not None else ()
        own = [encoder for encoder in others if isinstance(encoder, RenditionEncoder) and encoder.readers]
        return (*((best,) if best is not None and best.readers else ()), *own, *self._calls.encoders, *self._guests.encoders)

    def _renditions(self) -> int:
        return len(self._stream.output.encoders) if self._stream.output is not None else 0

    def _recorded(self) -> bool:
        return self._store.state.recording.status != "off" and self._encoders.records_best

    def _shrink(self, on: bool) -> None:
        self._stream.shrunk = on
