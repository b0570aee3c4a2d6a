"""How loud a film is, drawn."""

from pathlib import Path

import numpy as np
import pytest

from studio.media.encoder import OPUS_FRAME, SAMPLE_RATE
from studio.media.timed_ring import Samples
from studio.recordings.cutting import waveform as waveform_module
from studio.recordings.cutting.waveform import waveform
from tests.studio.recordings.cutting.films import chirp, recorded, silent


def rising(at: int) -> Samples:
    """A tenth louder each second."""
    return chirp(at) / 0.3 * min(1.0, 0.1 * (1 + at // SAMPLE_RATE))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recorded(tmp_path_factory.mktemp("films") / "a.mp4", 9, sound=rising)


@pytest.mark.parametrize("whole_ms", [waveform_module.WHOLE_MS, 0])
def test_each_part_has_its_own_peak(film: Path, whole_ms: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waveform_module, "WHOLE_MS", whole_ms)
    peaks = waveform(film, 0, 8000, 8)
    assert peaks.dtype == np.float32
    assert peaks == pytest.approx(0.1 * (1 + np.arange(8)), abs=0.03)


def test_a_part_of_it(film: Path) -> None:
    assert waveform(film, 2000, 4000, 2) == pytest.approx([0.3, 0.4], abs=0.02)


def test_more_points_than_blocks(film: Path) -> None:
    peaks = waveform(film, 3000, 3100, 200)
    assert peaks.max() == pytest.approx(0.4, abs=0.02)
    assert (peaks > 0).all()


def test_behind_the_end_and_without_sound_it_is_zero(film: Path, tmp_path: Path) -> None:
    assert waveform(film, 8000, 12_000, 4)[2:].tolist() == [0, 0]
    assert waveform(silent(tmp_path / "b.mp4"), 0, 2000, 3).tolist() == [0, 0, 0]
    assert len(waveform(film, 1000, 1000, 5)) == 5
    assert len(waveform(film, 0, 1000, 0)) == 0


def test_silence_is_zero(tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.mp4", 2, sound=lambda at: np.zeros((OPUS_FRAME, 2), np.float32))
    assert waveform(path, 0, 2000, 4).max() < 0.001
