"""A stage on a machine without screen or sound card: a real X display (Xvfb) and a real sound server (PulseAudio)."""

import contextlib
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from studio.bench.machine import pinned
from studio.errors import DeviceFailed

START_S = 60.0
BURN = """
import sys, time
pause_s = float(sys.argv[1])
while True:
    end = time.monotonic() + pause_s
    while not pause_s or time.monotonic() < end:
        sum(range(20_000))
    time.sleep(pause_s)
"""


def need(program: str, package: str) -> str:
    """The program's path, or a `DeviceFailed` that names the package."""
    found = shutil.which(program)
    if found is None:
        raise DeviceFailed("{program} is not installed (Debian: apt-get install {package})", program=program, package=package)
    return found


@contextlib.contextmanager
def process(words: list[str], **options: object) -> Iterator["subprocess.Popen[bytes]"]:
    """A child that ends with the block."""
    child: subprocess.Popen[bytes] = subprocess.Popen(words, **options)  # type: ignore[call-overload]
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        for stream in (child.stdin, child.stdout, child.stderr):
            if stream is not None:
                stream.close()


@contextlib.contextmanager
def screen(width: int = 1280, height: int = 720) -> Iterator[str]:
    """An X display of that size; its name (`:42`)."""
    reader, writer = os.pipe()
    words = [
        need("Xvfb", "xvfb"),
        "-displayfd",
        str(writer),
        "-screen",
        "0",
        f"{width}x{height}x24",
        "-nolisten",
        "tcp",
        "-noreset",
    ]
    try:
        with process(words, pass_fds=(writer,), stderr=subprocess.DEVNULL):
            if not select.select([reader], [], [], START_S)[0]:
                raise DeviceFailed("Xvfb did not start")
            yield f":{os.read(reader, 16).decode().strip()}"
    finally:
        os.close(reader)
        os.close(writer)


@contextlib.contextmanager
def sound(folder: Path) -> Iterator[Path]:
    """A sound server of our own in `folder`, reached by PULSE_SERVER: a pipe source `stage` and a null sink for players.

    Yields the pipe; 16 bit mono samples at 48 kHz written there are recorded from the source.
    """
    fifo, socket = folder / "microphone.fifo", folder / "pulse.socket"
    words = [need("pulseaudio", "pulseaudio"), "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--system=no"]
    words += ["-L", f"module-native-protocol-unix auth-anonymous=1 socket={socket}"]
    words += ["-L", f"module-pipe-source source_name=stage file={fifo} format=s16le rate=48000 channels=1"]
    words += ["-L", "module-null-sink sink_name=speakers rate=48000"]
    environment = os.environ | {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "PULSE_RUNTIME_PATH": str(folder)}
    with process(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        wait_for(lambda: socket.exists() and fifo.exists() and server.poll() is None, "PulseAudio did not start")
        before = os.environ.get("PULSE_SERVER")
        os.environ["PULSE_SERVER"] = f"unix:{socket}"
        try:
            yield fifo
        finally:
            if before is None:
                del os.environ["PULSE_SERVER"]
            else:
                os.environ["PULSE_SERVER"] = before


@contextlib.contextmanager
def clapper(display: str, fifo: Path) -> Iterator[None]:
    """The clapperboard on that screen and microphone."""
    with process([sys.executable, "-m", "studio.bench.clapper", display, str(fifo)]):
        yield


@contextlib.contextmanager
def burning(count: int, pause_s: float = 0.0) -> Iterator[None]:
    """So many other programs that do nothing but work; with a pause they rest for as long as they work. On half a machine they
    are on the core that is measured."""
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(process(pinned([sys.executable, "-c", BURN, str(pause_s)])))
        yield


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A short-lived folder with a short path (sockets may not have long ones)."""
    with tempfile.TemporaryDirectory(prefix="vb-", dir="/tmp" if Path("/tmp").is_dir() else None) as name:
        yield Path(name)


def wait_for(done: Callable[[], bool], sentence: str, seconds: float = START_S) -> None:
    """Wait until `done()` is true; raises `DeviceFailed(sentence)` when it does not become so."""

    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise DeviceFailed(sentence)
        time.sleep(0.02)
