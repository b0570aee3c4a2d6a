"""What this machine can encode, and the setting that is proposed where it cannot."""

import pytest

from studio.checks import encoders
from studio.checks.encoders import encoder_finding, proposed
from studio.i18n import use
from studio.media.codecs import Probed
from studio.media.encoder import Codec


@pytest.mark.parametrize(
    ("superfast", "ultrafast", "rendition", "found"),
    [
        (10, 7, 1080, (1080, "superfast")),
        (26, 18, 1080, (1080, "ultrafast")),
        (40, 28, 1080, (720, "superfast")),
        (60, 45, 1080, (720, "ultrafast")),
        (60, 45, 720, (720, "ultrafast")),
        (120, 80, 1080, (360, "superfast")),
        (900, 700, 1080, None),
    ],
)
def test_the_largest_picture_that_it_carries_is_proposed(
    superfast: float, ultrafast: float, rendition: int, found: tuple[int, str] | None
) -> None:
    took = {"superfast": superfast, "ultrafast": ultrafast}
    assert proposed(took.__getitem__, rendition, "superfast") == found


def test_who_chose_the_fastest_preset_is_not_offered_another() -> None:
    assert proposed({"ultrafast": 30.0}.__getitem__, 1080, "ultrafast") == (720, "ultrafast")


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(("slow", "verdict", "cure"), [(1.0, "ok", ""), (2.5, "note", "ultrafast"), (3.5, "bad", "720")])
def test_it_is_said_with_what_cures_it(monkeypatch: pytest.MonkeyPatch, slow: float, verdict: str, cure: str) -> None:
    use("en")

    def probed(codec: Codec, preset: str = "superfast") -> Probed:
        if codec.name != "libx264":
            return Probed(codec, problem="not there")
        return Probed(codec, {"superfast": 10.0, "ultrafast": 7.0}[preset] * slow)

    monkeypatch.setattr(encoders, "probe", probed)
    found = encoder_finding()
    assert found.verdict == verdict
    assert (cure or "ms") in found.words
    assert ("This computer carries" in found.words) == bool(cure)
