"""The sound system is restarted under a device: it says so and comes back by itself."""

from pathlib import Path

import pytest

from studio.bench import stage
from studio.clock import MonotonicClock
from studio.sources.sound import SoundSettings, SoundSource
from tests.fakes import Reports, wait_for

pytestmark = pytest.mark.e2e


def test_a_device_survives_a_restart_of_the_sound_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.sources.device.RETRY_S", (0.2,))
    reports = Reports(clock=MonotonicClock())
    source = SoundSource("system_sound", SoundSettings(), reports.context)
    with stage.sound(folder):
        source.start()
        reports.live()
        assert source.ring is not None
        wait_for(lambda: source.ring.end)  # type: ignore[union-attr]
    assert reports.failed()
    said = len(reports.said)
    with stage.sound(folder):
        wait_for(lambda: any(r.status == "live" for r in reports.said[said:]), what=lambda: f"for live; it said {reports.said}")
        source.close()
