"""What is on air is the device that was chosen, whatever a sound server does when it is unplugged."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import TIMEOUT_S, FakeDevice, wait_for
from tests.sound_servers import SERVERS, Devices, pactl

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module", params=list(SERVERS))
def server(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A sound server with nobody else on it, and a folder with a short path."""
    folder = Path(tempfile.mkdtemp(prefix="vs"))
    try:
        with SERVERS[request.param](folder / "h") as env:
            yield env, folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def devices(server: Any) -> Iterator[Devices]:
    made = Devices(*server)
    yield made
    made.close()


class Probe:
    """The product beside the server; what it said so far."""

    def __init__(self, env: dict[str, str], kind: str, device: str) -> None:
        words = [sys.executable, "-m", "tests.sound_probe", kind, device]
        env = env | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
        self.process = subprocess.Popen(words, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.said: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(json.loads(line) | {"came": time.monotonic()})

    @property
    def status(self) -> str:
        """The newest."""
        return next((line["status"] for line in reversed(self.said) if "status" in line), "")

    @property
    def reason(self) -> str:
        """Why it failed."""
        return next((line["reason"] or "" for line in reversed(self.said) if line.get("status") == "failed"), "")

    @property
    def heard(self) -> set[str]:
        """Whose tones it has delivered, ever."""
        return {tone for line in self.said for tone in line.get("tones", ())}

    def is_(self, status: str) -> None:
        """Wait for a status."""
        wait_for(lambda: self.status == status, what=lambda: f"for {status}: {self.said}")

    def hears(self, *names: str) -> None:
        """Wait for exactly these tones."""
        wait_for(lambda: self._newest == list(names), what=lambda: f"for {names}: {self.said}")

    @property
    def _newest(self) -> list[str] | None:
        return next((line["tones"] for line in reversed(self.said) if "tones" in line), None)

    def close(self) -> int:
        """Its exit status."""
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        status = self.process.wait(TIMEOUT_S)
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status


@contextlib.contextmanager
def probing(devices: Devices, kind: str, device: str) -> Iterator[Probe]:
    probe = Probe(devices.env, kind, device)
    try:
        yield probe
    finally:
        assert probe.close() == 0, probe.said


@pytest.mark.parametrize("chosen", ["mic_a", ""])
def test_an_unplugged_microphone_is_lost_and_nothing_takes_its_place(devices: Devices, chosen: str) -> None:
    with probing(devices, "microphone", chosen) as probe:
        probe.is_("live")
        probe.hears("mic_a")
        devices.unplug("mic_a")
        gone_s = time.monotonic()
        try:
            probe.is_("failed")
            assert probe.said[-1]["came"] - gone_s < 5, "within a second on a quiet machine"
            assert "mic_a is not connected any more" in probe.reason
        finally:
            devices.plug("mic_a")
        probe.is_("live")
        probe.hears("mic_a")
        assert probe.heard == {"mic_a"}, "neither the other microphone nor the speakers, for no moment"


def test_another_default_changes_nothing(devices: Devices) -> None:
    with probing(devices, "microphone", "mic_a") as probe:
        probe.hears("mic_a")
        pactl(devices.env, "set-default-source", "mic_b")
        pactl(devices.env, "set-default-sink", "headphones")
        try:
            devices.unplug("speakers")  # something happens afterwards, too
            devices.plug("speakers")
            assert probe.status == "live"
        finally:
            pactl(devices.env, "set-default-sink", "speakers")
            pactl(devices.env, "set-default-source", "mic_a")
        assert probe.heard == {"mic_a"}


def test_what_the_headphones_play_is_lost_with_them(devices: Devices) -> None:
    devices.sound("headphones")  # a server moves those who play when the default changes, as it would us
    with probing(devices, "system_sound", "headphones") as probe:
        probe.hears("headphones")
        devices.unplug("headphones")
        try:
            probe.is_("failed")
        finally:
            devices.plug("headphones")
        probe.is_("live")
        assert probe.heard <= {"headphones"}, "its tone may have ended with it"
    devices.sound("headphones")


def test_unplugged_headphones_are_told_and_come_back(devices: Devices) -> None:
    """soundcard's own way out of a lost player ends the process: `probing` looks at its exit status."""
    with probing(devices, "headphones", "headphones") as probe:
        probe.is_("live")
        devices.unplug("headphones")
        try:
            probe.is_("failed")
            assert "headphones is not connected any more" in probe.reason
        finally:
            devices.plug("headphones")
        probe.is_("live")


def test_what_was_never_there_is_not_found_in_something_else(devices: Devices) -> None:
    """`mic` is a part of three names here, and pipewire-pulse opens its default for a name that it does not know."""
    for kind, device in (("microphone", "mic"), ("system_sound", "phones"), ("headphones", "speaker")):
        with probing(devices, kind, device) as probe:
            probe.is_("failed")
            assert probe.reason == f"The sound device {device} is not there"
            assert not probe.heard


def test_the_default_is_never_what_a_speaker_plays(devices: Devices) -> None:
    for name in ("mic_a", "mic_b"):
        devices.unplug(name)
    try:
        with probing(devices, "microphone", "") as probe:
            probe.is_("failed")
            assert probe.reason == "No microphone is connected"
            devices.plug("mic_b")
            probe.is_("live")
            assert probe.heard <= {"mic_b"}
    finally:
        for name in ("mic_a", "mic_b"):
            if name not in devices._modules:
                devices.plug(name)
        pactl(devices.env, "set-default-source", "mic_a")


def test_a_device_is_its_id_and_nothing_else() -> None:
    from studio.sources import exact_sound

    found = exact_sound.exactly([FakeDevice("Røde"), FakeDevice("Webcam")], "id of Webcam")
    assert found is not None
    assert found.name == "Webcam"
    assert exact_sound.exactly([FakeDevice("Webcam (2)")], "Webcam (") is None
