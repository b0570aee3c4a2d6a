"""Real sound servers of a test's own: PulseAudio, and PipeWire with its PulseAudio side, each with several devices."""

import contextlib
import os
import subprocess
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from tests.fakes import wait_for

Env = dict[str, str]
OURS = ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PULSE_RUNTIME_PATH", "PIPEWIRE_RUNTIME_DIR", "PIPEWIRE_REMOTE")
TONES = {"mic_a": 440, "mic_b": 660, "speakers": 1000, "headphones": 1500}
"""What sounds at each device, in Hz."""


def pactl(env: Env, *words: str) -> str:
    """A command to the server; its answer."""
    return subprocess.run(["pactl", *words], env=env, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


def _answers(env: Env) -> bool:
    return subprocess.run(["pactl", "info"], env=env, capture_output=True, timeout=60, check=False).returncode == 0


def _named(env: Env) -> bool:
    """WirePlumber is there once the default sink has a name."""
    said = subprocess.run(["pactl", "get-default-sink"], env=env, capture_output=True, text=True, timeout=60, check=False).stdout
    return bool(said) and "@DEFAULT" not in said


def _env(home: Path, **more: str) -> Env:
    home.mkdir(mode=0o700)
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    places = {"HOME": "", "XDG_RUNTIME_DIR": "", "XDG_CONFIG_HOME": "config", "XDG_STATE_HOME": "state"}
    places |= {"PULSE_RUNTIME_PATH": "pulse", "PULSE_STATE_PATH": "state"}
    return (
        kept | {name: str(home / place) for name, place in places.items()} | {"PULSE_SERVER": f"unix:{home}/pulse/native"} | more
    )


@contextlib.contextmanager
def _running(env: Env, home: Path, command: list[str], ready: Callable[[], bool]) -> Iterator[None]:
    with (home / f"{command[0]}.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        wait_for(ready, what=lambda: f"for {command[0]}: {(home / f'{command[0]}.log').read_text(encoding='utf-8')}")
        yield
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def pulseaudio(home: Path) -> Iterator[Env]:
    """PulseAudio in `home`, whose path is short."""
    env = _env(home)
    words = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-target=stderr"]
    for module in ("module-native-protocol-unix", "module-stream-restore", "module-always-sink"):
        words += ["-L", module]
    with _running(env, home, words, lambda: _answers(env)):
        yield env


@contextlib.contextmanager
def pipewire(home: Path) -> Iterator[Env]:
    """PipeWire, WirePlumber and pipewire-pulse; WirePlumber ends at once without a session bus."""
    env = _env(home, DBUS_SESSION_BUS_ADDRESS=f"unix:path={home}/bus")
    bus = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={home}/bus"]
    with contextlib.ExitStack() as stack:
        stack.enter_context(_running(env, home, bus, (home / "bus").exists))
        stack.enter_context(_running(env, home, ["pipewire"], (home / "pipewire-0").exists))
        stack.enter_context(_running(env, home, ["wireplumber"], lambda: True))
        stack.enter_context(_running(env, home, ["pipewire-pulse"], lambda: _answers(env) and _named(env)))
        yield env


SERVERS = {"pulseaudio": pulseaudio, "pipewire": pipewire}


class Devices:
    """Two microphones, loudspeakers and headphones, each with a tone of its own."""

    def __init__(self, env: Env, folder: Path) -> None:
        self.env = env
        self._folder = folder
        self._modules: dict[str, str] = {}
        self._playing: list[subprocess.Popen[bytes]] = []
        for name in ("mic_a_out", "mic_b_out"):
            self._load("module-null-sink", f"sink_name={name}", "rate=48000", f"sink_properties=device.description={name}")
        for name in ("speakers", "headphones", "mic_a", "mic_b"):
            self.plug(name)
        pactl(env, "set-default-sink", "speakers")
        pactl(env, "set-default-source", "mic_a")
        for name in TONES:
            self.sound(name)

    def _load(self, *words: str) -> str:
        return pactl(self.env, "load-module", *words)

    def plug(self, name: str) -> None:
        """It is there."""
        about = f"device.description={name}"
        if name.startswith("mic"):
            words = ("module-remap-source", f"master={name}_out.monitor", f"source_name={name}", f"source_properties={about}")
        else:
            words = ("module-null-sink", f"sink_name={name}", "rate=48000", f"sink_properties={about}")
        self._modules[name] = self._load(*words)

    def unplug(self, name: str) -> None:
        """It is gone."""
        pactl(self.env, "unload-module", self._modules.pop(name))

    def sound(self, name: str) -> None:
        """Its tone, without end."""
        file = self._folder / f"{name}.wav"
        wave_form = np.sin(2 * np.pi * TONES[name] * np.arange(48_000 * 120) / 48_000) * 0.4 * 32_767
        with wave.open(str(file), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(48_000)
            out.writeframes(wave_form.astype("<i2").tobytes())
        sink = f"{name}_out" if name.startswith("mic") else name
        self._playing.append(subprocess.Popen(["paplay", "-d", sink, str(file)], env=self.env, stderr=subprocess.DEVNULL))

    def close(self) -> None:
        """Be silent."""
        for process in self._playing:
            process.terminate()
            process.wait()
