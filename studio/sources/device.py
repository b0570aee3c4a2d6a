"""The life of a source that holds a device: open, deliver, fail with a reason, try again with back-off."""

import logging
import threading
from collections.abc import Callable

from studio.errors import DeviceFailed
from studio.i18n import _
from studio.media.worker import Worker
from studio.sources.base import Report, SourceContext

log = logging.getLogger(__name__)

RETRY_S = (3.0, 5.0, 10.0, 20.0, 30.0)
"""Pauses before the 1st, 2nd … attempt to reopen; the last one repeats."""


class DeviceWorker:
    """Runs `deliver(stop)` on its own thread until closed; when that raises, reports `failed` and runs it again.

    `deliver` opens the device, reports `live` itself once the first picture or sound is there, and returns only when
    `stop` is set or the device ended (which counts as a failure).
    """

    def __init__(self, name: str, context: SourceContext, deliver: Callable[[threading.Event], None], nice: int = 0) -> None:
        self._name = name
        self._context = context
        self._deliver = deliver
        self._worker = Worker(name, self._run, nice=nice)

    def start(self) -> None:
        """Begin."""
        self._context.report(Report("starting", ""))
        self._worker.start()

    def close(self) -> None:
        """Stop and give the device back."""
        self._worker.close()

    def _run(self, stop: threading.Event) -> None:
        attempt = 0
        while not stop.is_set():
            begun = self._context.clock.now_ns()
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
            if self._context.clock.now_ns() - begun > 60e9:
                attempt = 0
            self._context.report(Report("failed", reason))
            stop.wait(RETRY_S[min(attempt, len(RETRY_S) - 1)])
            attempt += 1
