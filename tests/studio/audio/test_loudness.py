"""Loudness by EBU Tech 3341: a 1 kHz sine at -23 dBFS on both sides reads -23 LUFS."""

import pytest

from studio.audio.loudness import SILENT_LUFS, Loudness, LoudnessMeter
from studio.media.encoder import OPUS_FRAME
from tests.fakes import constant, tone


def after(meter: LoudnessMeter, seconds: float, level_db: float) -> Loudness:
    for number in range(round(seconds * 100)):
        meter(tone(OPUS_FRAME, start=number * OPUS_FRAME, level_db=level_db))
    return meter.newest


def test_a_reference_tone_reads_what_it_is_in_all_three() -> None:
    found = after(LoudnessMeter(), 5, -23)
    assert list(found) == pytest.approx([-23, -23, -23], abs=0.1)


def test_each_has_its_own_memory() -> None:
    meter = LoudnessMeter()
    after(meter, 6, -23)
    found = after(meter, 1, -33)
    assert found.momentary == pytest.approx(-33, abs=0.2)
    assert -33 < found.short_term < -23
    assert found.integrated == pytest.approx(-23.6, abs=0.5)


def test_silence_is_the_floor() -> None:
    meter = LoudnessMeter()
    for _ in range(100):
        meter(constant(OPUS_FRAME, 0))
    assert meter.newest == (SILENT_LUFS, SILENT_LUFS, SILENT_LUFS)
