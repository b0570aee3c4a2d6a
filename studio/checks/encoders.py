"""What encodes, how much of a picture's time it takes, and which setting this machine can carry."""

from collections.abc import Callable

from studio.i18n import N_, _
from studio.media.codecs import HARDWARE, Probed, probe
from studio.media.encoder import FASTEST, X264
from studio.settings import Settings
from studio.state.preflight import Finding

FRAME_MS = 1000 / 30
WARN_MS, BAD_MS = 22, 30
MEASURED = 1080
"""Lines of the picture that is measured; a smaller one takes as much less as it has fewer pixels."""
RENDITIONS = (1080, 720, 360)


def encoder_finding() -> Finding:
    """Encode noise with every encoder there is, in software with the chosen preset."""
    settings = Settings()
    preset, rendition = settings["video.preset"], int(settings["video.rendition"])
    software = probe(X264, preset)
    chips = [found for found in (probe(codec, preset) for codec in HARDWARE) if found.usable]
    shown = [_("{name}: {took:.1f} ms").format(name=f"libx264 {preset}", took=software.ms)]
    shown += [_("{name}: {took:.1f} ms").format(name=found.codec.name, took=found.ms) for found in chips]
    words = _("{list} of the {room:.1f} ms a picture has (1080 lines of noise, the hardest there is)")
    text = words.format(list=", ".join(shown), room=FRAME_MS)
    best = _fastest(software, chips) * _share(rendition)
    if best <= WARN_MS:
        return Finding(N_("Encoder"), "ok", text)
    cure = _cure(proposed(lambda name: software.ms if name == preset else probe(X264, name).ms, rendition, preset))
    return Finding(N_("Encoder"), "bad" if best > BAD_MS else "note", f"{text}. {cure}")


def proposed(took_ms: Callable[[str], float], rendition: int, preset: str) -> tuple[int, str] | None:
    """The largest picture, and with it the more careful preset, that this machine encodes with room to spare; `took_ms` of a
    preset is for a picture of 1080 lines. None: not even the smallest."""
    for lines in (lines for lines in RENDITIONS if lines <= rendition):
        for name in dict.fromkeys((preset, FASTEST)):
            if took_ms(name) * _share(lines) <= WARN_MS:
                return lines, name
    return None


def _cure(found: tuple[int, str] | None) -> str:
    if found is None:
        return _("Even the smallest picture is too much for this computer: close other programs, or use another one")
    return _("This computer carries {lines} lines with the preset {preset}: choose them in the settings").format(
        lines=found[0], preset=found[1]
    )


def _share(lines: int) -> float:
    return (min(lines, MEASURED) / MEASURED) ** 2


def _fastest(software: Probed, chips: list[Probed]) -> float:
    return min([found.ms for found in (software, *chips) if found.usable], default=float("inf"))
