"""The life of a source that holds a device: open, deliver, fall silent or fail with a reason, try again with back-off."""

import logging
import threading
from collections.abc import Callable, Sequence

from studio.errors import DeviceFailed
from studio.i18n import N_, _
from studio.media.frames import Picture
from studio.media.worker import Worker
from studio.sources.base import Report, SourceContext
from studio.sources.health import Health

log = logging.getLogger(__name__)

RETRY_S = (3.0, 5.0, 10.0, 20.0, 30.0)
"""Pauses before the 1st, 2nd … attempt to reopen; the last one repeats."""
STEADY_NS = 60_000_000_000
"""After delivering for this long a device begins again with the first pause."""
STALE = N_("Nothing new comes from the device")


class DeviceWorker:
    """Runs `deliver(stop)` on its own thread until closed; when that raises, reports `failed` and runs it again.

    `deliver` opens the device, reports `live` itself once the first picture or sound is there, calls `delivered` with
    each that follows, and returns only when `stop` is set or the device ended (which counts as a failure).
    `check` must be called now and then: a device that hangs is reported `stale` and opened again on a new thread, as
    the old one may be stuck in its driver for good.
    """

    def __init__(
        self,
        name: str,
        context: SourceContext,
        deliver: Callable[[threading.Event], None],
        nice: int = 0,
        *,
        freezes: bool = False,
        retry_s: Sequence[float] = RETRY_S,
    ) -> None:
        self._name = name
        self._context = context
        self._deliver = deliver
        self._nice = nice
        self._retry_s = retry_s
        self._health = Health(freezes=freezes)
        self._stale = False
        self._attempt = 0
        self._worker = self._new_worker()

    def start(self) -> None:
        """Begin."""
        self._context.report(Report("starting", ""))
        self._worker.start()

    def close(self) -> None:
        """Stop and give the device back."""
        self._worker.close()

    def delivered(self, picture: Picture | None = None) -> None:
        """Something new came from the device; on its thread."""
        self._health.delivered(self._context.clock.now_ns(), picture)

    def check(self, now_ns: int) -> None:
        """Look whether the device still delivers."""
        verdict = self._health.verdict(now_ns)
        if verdict == "live" and self._stale:
            self._stale = False
            self._context.report(Report("live", ""))
        elif verdict == "stale" and not self._stale:
            self._stale = True
            self._context.report(Report("stale", _(STALE)))
        elif verdict == "reopen" and not self._worker.stop.is_set():
            log.warning("%s delivers nothing and is opened again", self._name)
            self._worker.stop.set()
            self._worker = self._new_worker()
            self._worker.start()

    def _new_worker(self) -> Worker:
        return Worker(self._name, self._run, nice=self._nice)

    def _run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            begun = self._context.clock.now_ns()
            self._health.opened()
            try:
                self._deliver(stop)
                reason = _("The device stopped delivering")
            except DeviceFailed as error:
                reason = error.sentence(_)
            except Exception as error:  # a driver or library may raise anything; the source must outlive it
                log.exception("%s failed", self._name)
                reason = f"{type(error).__name__}: {error}"
            if stop.is_set():
                return
            if self._context.clock.now_ns() - begun > STEADY_NS:
                self._attempt = 0
            self._health.opened()
            self._stale = False
            self._context.report(Report("failed", reason))
            stop.wait(self._retry_s[min(self._attempt, len(self._retry_s) - 1)])
            self._attempt += 1
