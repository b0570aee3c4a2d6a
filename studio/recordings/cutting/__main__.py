"""`python -m studio.recordings.cutting clip|proxy`: one `Job` or `ProxyJob` as JSON on stdin, `Line`s as JSON on stdout.
0 when the film is there, 1 when it could not be made, 143 when it was told to end."""

import contextlib
import os
import signal
import sys
import time
from types import FrameType

import cv2
import msgspec

from studio.errors import StudioError, invalid_message
from studio.recordings.cutting.cut import cut
from studio.recordings.cutting.job import Done, Failure, Job, Line, ProxyJob
from studio.recordings.cutting.output import part_of
from studio.recordings.cutting.proxy import make_proxy

TELL_S = 0.1
ENDED = 128 + signal.SIGTERM


LAST_PLACE = 19


class _Ended(BaseException):
    """Somebody wants no clip any more."""


def _end(_number: int, _frame: FrameType | None) -> None:
    raise _Ended


def _say(line: Line) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
    sys.stdout.buffer.flush()


def _give_way(nice: int) -> None:
    """The last place of all is only for what nobody else wants of a processor (Linux: sched(7), SCHED_IDLE)."""
    if hasattr(os, "nice"):
        os.nice(nice)
    if nice >= LAST_PLACE and hasattr(os, "SCHED_IDLE"):
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


class _Teller:
    """Says how far it is, not too often."""

    def __init__(self) -> None:
        self._told_s = 0.0

    def __call__(self, share: float) -> None:
        now = time.monotonic()
        if now - self._told_s >= TELL_S:
            self._told_s = now
            _say(Line(progress=round(share, 3)))


def _read() -> Job | ProxyJob:
    said = sys.stdin.buffer.read()
    try:
        if sys.argv[1:] == ["proxy"]:
            return msgspec.json.decode(said, type=ProxyJob)
        return msgspec.json.decode(said, type=Job)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise invalid_message(error) from None


def _made(job: Job | ProxyJob) -> Done:
    return make_proxy(job, _Teller()) if isinstance(job, ProxyJob) else cut(job, _Teller())


def main() -> int:
    """Do it."""
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the studio's terminal: the studio decides
    job: Job | ProxyJob | None = None
    try:
        job = _read()
        _give_way(job.nice)
        cv2.setNumThreads(job.threads)
        _say(Line(done=_made(job)))
    except StudioError as error:
        _say(Line(error=Failure(code=error.code, message=error.message, params={k: str(v) for k, v in error.params.items()})))
        return 1
    except BrokenPipeError:  # the studio is gone
        sys.stderr.close()
        return 1
    except _Ended:
        return ENDED
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if job is not None:
            part_of(job.target).unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
