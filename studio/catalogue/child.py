"""The process that reads a stranger's file: little memory, little time, and an end that is always said."""

import argparse
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import BinaryIO, get_args

import msgspec

from studio.catalogue.frames import Done, Failed, Frame, Item, encode
from studio.catalogue.item import FeedKind, Options, Progress, Rejected
from studio.catalogue.reader import read
from studio.errors import InvalidValue
from studio.i18n import N_
from studio.show.read_as import ReadAs

MEMORY_MAX = 1536 << 20
CPU_S = 120


class _TooLong(Exception):
    """The processor time is used up."""


def main(argv: Sequence[str]) -> int:
    """Read the file that `argv` names and write frames to stdout; 0 when it was read to its end."""
    parser = argparse.ArgumentParser(prog="python -m studio.catalogue", description="Read a product feed")
    parser.add_argument("path", type=Path)
    parser.add_argument("--kind", choices=get_args(FeedKind))
    parser.add_argument("--currency", default="")
    for name in ("url", "decimal", "dates", "zone", "vat"):
        parser.add_argument(f"--{name}", default=getattr(Options(), name))
    given = parser.parse_args(argv)
    options = msgspec.convert(vars(given) | {"currency": given.currency.upper(), "at_ms": int(time.time() * 1000)}, Options)
    limit()
    done = False
    out = sys.stdout.buffer
    try:
        for frame in _frames(given.path, options):
            out.write(encode(frame))
            done = isinstance(frame, Done)
        out.flush()
    except BrokenPipeError:  # the server has heard enough
        sys.stderr.close()
        return 1
    return 0 if done else 1


def limit(memory: int = MEMORY_MAX, cpu_s: int = CPU_S) -> None:
    """Bound this process, where the system can."""
    try:
        import resource
    except ImportError:
        return
    signal.signal(signal.SIGXCPU, _too_long)
    for which, soft, more in ((resource.RLIMIT_AS, memory, 0), (resource.RLIMIT_CPU, cpu_s, 5)):
        hard = resource.getrlimit(which)[1]
        allowed = soft + more if hard == resource.RLIM_INFINITY else min(hard, soft + more)
        resource.setrlimit(which, (min(soft, allowed), allowed))


def _too_long(_number: int, _frame: FrameType | None) -> None:
    raise _TooLong


def _frames(path: Path, options: Options) -> Iterator[Frame]:
    """Everything the file says, then `Done` or `Failed`."""
    try:
        with path.open("rb") as file:
            yield from _read(file, options)
    except InvalidValue as error:
        yield Failed(error.message, {name: str(value) for name, value in error.params.items()}, error.field or "")
    except OSError as error:
        yield Failed("{path} cannot be read: {problem}", {"path": path.name, "problem": error.strerror or str(error)})
    except MemoryError:
        yield Failed(N_("The feed takes more memory than it may: split it"))
    except _TooLong:
        yield Failed(N_("The feed takes too long to read: split it"))
    except Exception as error:  # the process's outer edge: the server is told, nobody reads a traceback here
        yield Failed("The feed could not be read: {problem}", {"problem": f"{type(error).__name__}: {error}"[:200]})


def _read(file: BinaryIO, options: Options) -> Iterator[Frame]:
    last = Progress(done_bytes=0, total_bytes=0, products=0, rejected=0, skipped=0)
    read_as = ReadAs()
    for message in read(file, options):
        if isinstance(message, ReadAs):
            read_as = message
            continue
        if isinstance(message, Progress):
            last = message
        yield message if isinstance(message, (Progress, Rejected)) else Item(message)
    yield Done(last.products, last.rejected, last.skipped, read_as)
