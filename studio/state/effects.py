"""What a channel's sound goes through on its way to the fader, in the order it goes."""

from typing import Annotated

from msgspec import Meta, Struct

from studio.i18n import N_

Threshold = Annotated[float, Meta(ge=-90, le=0)]
Milliseconds = Annotated[float, Meta(ge=0.1, le=5000)]
Boost = Annotated[float, Meta(ge=-24, le=24)]


class Effect(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="effect"):
    """The base: an effect that is not `on` is kept, with its settings, and does nothing."""

    on: bool = True


class NoiseSuppression(Effect, tag="noise_suppression", frozen=True, kw_only=True):
    """Takes fans, traffic and hiss out of speech (WebRTC's noise suppressor). 10 ms later."""


class Gate(Effect, tag="gate", frozen=True, kw_only=True):
    """Silence below the threshold (dBFS)."""

    threshold_db: Threshold = -45
    attack_ms: Milliseconds = 5
    release_ms: Milliseconds = 150


class Expander(Effect, tag="expander", frozen=True, kw_only=True):
    """Quieter below the threshold, by `ratio`: a gate that nobody hears working."""

    threshold_db: Threshold = -40
    ratio: Annotated[float, Meta(ge=1, le=20)] = 2
    attack_ms: Milliseconds = 10
    release_ms: Milliseconds = 200


class Compressor(Effect, tag="compressor", frozen=True, kw_only=True):
    """Above the threshold only 1/`ratio` of what is louder comes through; `makeup_db` brings the rest up."""

    threshold_db: Annotated[float, Meta(ge=-60, le=0)] = -18
    ratio: Annotated[float, Meta(ge=1, le=20)] = 3
    attack_ms: Annotated[float, Meta(ge=0.1, le=2000)] = 8
    release_ms: Milliseconds = 120
    makeup_db: Annotated[float, Meta(ge=0, le=24)] = 0


class Equaliser(Effect, tag="equaliser", frozen=True, kw_only=True):
    """Low shelf at 120 Hz, a bell at 1.2 kHz, high shelf at 8 kHz, in dB; `low_cut_hz` takes rumble out (0: not)."""

    low_db: Boost = 0
    middle_db: Boost = 0
    high_db: Boost = 0
    low_cut_hz: Annotated[float, Meta(ge=0, le=400)] = 0


class Limit(Effect, tag="limiter", frozen=True, kw_only=True):
    """Never louder than the bus' ceiling, whatever comes."""


NAMES: dict[str, str] = {
    "noise_suppression": N_("Noise suppression"),
    "gate": N_("Gate"),
    "expander": N_("Expander"),
    "compressor": N_("Compressor"),
    "equaliser": N_("Equaliser"),
    "limiter": N_("Limiter"),
}
"""What people call each, by its tag."""
AnyEffect = NoiseSuppression | Gate | Expander | Compressor | Equaliser | Limit
Effects = Annotated[tuple[AnyEffect, ...], Meta(max_length=12)]


def tag_of(effect: AnyEffect) -> str:
    """What it is called in files and on the wire (`gate`)."""
    return str(effect.__struct_config__.tag)


class Ducking(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Goes down by `depth_db` while the channel of the source `key` is louder than the threshold (dBFS)."""

    key: str
    threshold_db: Threshold = -35
    depth_db: Annotated[float, Meta(ge=1, le=60)] = 14
    attack_ms: Milliseconds = 80
    release_ms: Milliseconds = 600
