"""The preflight: everything looked at on the running studio, while it runs, so that it ends in green or with a cure."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec

from studio import paths
from studio.alarms.rules import DISK_CRITICAL_H, DISK_WARNING_H, SILENT_S, Ears
from studio.alarms.watch import disk_hours
from studio.checks import show
from studio.checks.encoders import encoder_finding
from studio.checks.machine import permission_finding
from studio.checks.network import network_findings
from studio.clock import Clock
from studio.commands import Actor
from studio.commands.preflight import PreflightRun
from studio.errors import WrongState
from studio.i18n import N_, _
from studio.link.server_process import Endpoint
from studio.spine import Dispatcher, Store
from studio.state import State
from studio.state.preflight import Finding, Preflight

SPEECH_S = 6.0
POLL_S = 0.1
DISK, OTHER = N_("Disk"), N_("Check")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Means:
    """What the preflight looks with: the microphones' ears, the endpoint of a remote server, the planned kbit/s."""

    ears: Ears
    endpoint: Callable[[], Endpoint | None]
    planned_kbps: Callable[[], int]


class PreflightController:
    """Runs `preflight.run`; findings appear in the state one by one. On the studio's loop."""

    def __init__(self, store: Store, dispatcher: Dispatcher, clock: Clock, means: Means) -> None:
        self._store = store
        self._clock = clock
        self._means = means
        self._task: asyncio.Task[None] | None = None
        dispatcher.register(PreflightRun, self._on_run)

    async def close(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _on_run(self, command: PreflightRun, by: Actor) -> None:
        if self._task is not None and not self._task.done():
            raise WrongState(N_("The preflight is under way"))
        looks = self._looks()
        self._store.update(preflight=Preflight(running=True, expected=len(looks)))
        self._task = asyncio.create_task(self._run(looks), name="preflight")

    def _looks(self) -> list[Callable[[], Awaitable[list[Finding]]]]:
        def state() -> State:  # when the look is taken, not now
            return self._store.state

        def at_once(look: Callable[[], Finding]) -> Callable[[], Awaitable[list[Finding]]]:
            async def work() -> list[Finding]:
                return [await asyncio.to_thread(look)]

            return work

        looks: list[Callable[[], Awaitable[list[Finding]]]] = [
            at_once(lambda: show.camera_finding(state())),
            self._listen,
            at_once(lambda: show.show_finding(state())),
            at_once(lambda: show.files_finding(state())),
            at_once(lambda: show.products_finding(state())),
            at_once(lambda: disk_finding(self._means.planned_kbps())),
            at_once(permission_finding),
        ]
        if self._store.state.stream.status == "off":  # on air their own counters tell more, and the show needs both
            looks += [at_once(encoder_finding), lambda: network_findings(self._means.endpoint())]
        return [_safely(look) for look in looks]

    async def _run(self, looks: list[Callable[[], Awaitable[list[Finding]]]]) -> None:
        findings: list[Finding] = []
        tasks = [asyncio.ensure_future(look()) for look in looks]
        try:
            for done in asyncio.as_completed(tasks):
                findings += await done
                ordered = tuple(sorted(findings, key=lambda finding: ("bad", "note", "ok").index(finding.verdict)))
                self._put(findings=ordered)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._put(running=False, at_ms=self._clock.wall_ms())

    def _put(self, **fields: object) -> None:
        self._store.update(preflight=msgspec.structs.replace(self._store.state.preflight, **fields))

    async def _listen(self) -> list[Finding]:
        """Wait for a word, for some seconds."""
        state, ears = self._store.state, self._means.ears
        microphones = [source.id for source in state.sources if source.kind == "microphone"]
        deadline_s = time.monotonic() + SPEECH_S
        spoken: set[str] = set()
        while microphones and not spoken and time.monotonic() < deadline_s:
            await asyncio.sleep(POLL_S)
            spoken = {source for source in microphones if ears.speaking(source)}
        silent = {source for source in microphones if ears.silent_s(source) >= SILENT_S}
        return [show.microphone_finding(self._store.state, spoken, silent)]


def _safely(look: Callable[[], Awaitable[list[Finding]]]) -> Callable[[], Awaitable[list[Finding]]]:
    """A look that fails is a finding, not the end of the others."""

    async def work() -> list[Finding]:
        try:
            return await look()
        except Exception as error:  # whatever a device, a disk or a server does
            log.exception("a look of the preflight failed")
            return [
                Finding(
                    OTHER, "bad", _("it could not be looked at: {problem}").format(problem=f"{type(error).__name__}: {error}")
                )
            ]

    return work


def disk_finding(kbps: int) -> Finding:
    """How long the disk lasts at `kbps`. Touches the disk."""
    folder = str(paths.data_dir())
    hours = disk_hours(folder, kbps)
    if hours is None:
        return Finding(DISK, "bad", _("{path} cannot be read").format(path=folder))
    words = _("room for {hours:.0f} h at the planned bitrate").format(hours=hours)
    if hours < DISK_WARNING_H:
        cure = _("Make room on the disk")
        return Finding(DISK, "bad" if hours < DISK_CRITICAL_H else "note", f"{words}. {cure}")
    return Finding(DISK, "ok", words)
