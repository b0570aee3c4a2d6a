"""Encoders are tried before a show depends on them. Here x264 plays the chips, good ones and bad ones."""

from types import MappingProxyType

import pytest

from studio.media import codecs
from studio.media.codecs import HARDWARE, Probed, choose, probe
from studio.media.encoder import X264, Codec


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codecs, "WIDTH", 160)
    monkeypatch.setattr(codecs, "HEIGHT", 90)


def chip(**options: str) -> Codec:
    """A chip that does what x264 does, but for these options."""
    return Codec("libx264", MappingProxyType(dict(X264.options) | {k.replace("_", "-"): v for k, v in options.items()}))


def test_one_that_behaves_is_timed() -> None:
    found = probe(chip())
    assert found.usable
    assert 0 < found.ms < 50


def test_its_own_pixel_format_is_made_for_it() -> None:
    assert probe(Codec("libx264", X264.options, "nv12")).usable


@pytest.mark.parametrize(
    ("codec", "problem"),
    [
        (Codec("h264_no_such_chip", MappingProxyType({})), "not in this build of FFmpeg"),
        (Codec("libx264", MappingProxyType({"profile": "no such profile"})), "no device"),
        (Codec("libx264", MappingProxyType({"profile": "baseline"})), "it holds pictures back"),
        (chip(profile="main"), "it is not baseline"),
        (chip(x264_params="keyint=7:min-keyint=7"), "or one unasked"),
        (chip(x264_params="repeat-headers=0"), "lack parameter sets"),
    ],
)
def test_one_that_does_not_is_not_used_and_why(codec: Codec, problem: str) -> None:
    found = probe(codec)
    assert not found.usable
    assert problem in found.problem


def test_every_chip_we_name_is_tried_without_harm() -> None:
    for codec in HARDWARE:
        assert probe(codec).codec is codec


def chips(monkeypatch: pytest.MonkeyPatch, *found: Probed) -> None:
    table = {probed.codec.name: probed for probed in found}
    monkeypatch.setattr(codecs, "HARDWARE", tuple(probed.codec for probed in found))
    monkeypatch.setattr(codecs, "probe", lambda codec, preset: table[codec.name])


A, B = Codec("h264_a", MappingProxyType({})), Codec("h264_b", MappingProxyType({}))


def test_the_first_chip_that_behaves_and_is_fast_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    chips(monkeypatch, Probed(A, problem="no device"), Probed(B, 4.0))
    assert choose("auto", "superfast") is B
    assert choose("libx264", "superfast") is X264
    assert choose("h264_a", "superfast") is X264


def test_a_slow_chip_is_only_used_by_who_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    chips(monkeypatch, Probed(A, 25.0))
    assert choose("auto", "superfast") is X264
    assert choose("h264_a", "superfast") is A
