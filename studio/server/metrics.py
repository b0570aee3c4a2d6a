"""`GET /metrics` for Prometheus: counts only, nobody's name, address or token."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from studio.server.audience import Audience
from studio.server.desktops.link import StudioLink
from studio.server.event_log import EventLog
from studio.server.live.shows import LiveShows
from studio.server.whep import Whep
from studio.wire import RENDITION_NAMES

LAG_EVERY_S = 1.0
TEXT = "text/plain; version=0.0.4"


class Counted(Protocol):
    """The server, as far as it is counted."""

    audience: Audience
    whep: Whep
    link: StudioLink
    log: EventLog
    live_shows: LiveShows

    @property
    def connections_refused(self) -> int:
        """Connections beyond what one address may have."""


class Metrics:
    """What is counted as it happens; the rest is read from the server when somebody asks."""

    def __init__(self, server: Counted) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter("vitrine_http_requests", "Requests answered, by status", ["status"], registry=self._registry)
        self._lag = Gauge("vitrine_loop_lag_seconds", "How late the server's loop wakes", registry=self._registry)
        self._registry.register(_Server(server))
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch the loop."""
        self._task = asyncio.create_task(self._watch(), name="metrics")

    async def close(self) -> None:
        """Stop watching."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            await asyncio.sleep(LAG_EVERY_S)
            self._lag.set(max(0.0, loop.time() - begun - LAG_EVERY_S))

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self._registry)


class _Server(Collector):
    def __init__(self, server: Counted) -> None:
        self._server = server

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        server = self._server
        live_shows = server.live_shows.open()
        readers = GaugeMetricFamily("vitrine_readers", "Viewers who get pictures, by rendition", labels=["rendition"])
        for number, short_side in RENDITION_NAMES.items():
            found = (r for live in live_shows for r in live.fanout.readers.values() if r.rendition == number)
            readers.add_metric([str(short_side)], sum(1 for _ in found))
        yield readers
        gauges = {
            "vitrine_pages": ("Pages that are open", server.audience.count),
            "vitrine_sessions": ("WHEP sessions, also those still connecting", server.whep.count),
            "vitrine_desktops": ("Desktops that are connected", server.link.engines),
            "vitrine_rooms": ("Shows that are in memory", len(live_shows)),
            "vitrine_on_air": ("Shows that are on air", sum(1 for live in live_shows if live.show.on_air)),
            "vitrine_event_queue": ("Events that wait to be stored", server.log.waiting),
        }
        for name, (text, value) in gauges.items():
            yield GaugeMetricFamily(name, text, value=value)
        counters = {
            "vitrine_events": ("Events stored", server.log.stored),
            "vitrine_pictures_dropped": (
                "Pictures a viewer's socket did not take",
                sum(live.fanout.dropped for live in live_shows),
            ),
            "vitrine_rendition_switches": ("Changes of a viewer's rendition", sum(live.fanout.switched for live in live_shows)),
            "vitrine_connections_refused": ("Connections beyond what one address may have", server.connections_refused),
        }
        for name, (text, value) in counters.items():
            yield CounterMetricFamily(name, text, value=value)
