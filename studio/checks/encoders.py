"""What encodes, and how much of a picture's time it takes."""

from studio.i18n import N_, _
from studio.media.codecs import HARDWARE, Probed, probe
from studio.media.encoder import X264
from studio.settings import Settings
from studio.state.preflight import Finding

FRAME_MS = 1000 / 30
WARN_MS, BAD_MS = 22, 30


def encoder_finding() -> Finding:
    """Encode noise with every encoder there is, in software with the chosen preset."""
    preset = Settings()["video.preset"]
    software = probe(X264, preset)
    chips = [found for found in (probe(codec, preset) for codec in HARDWARE) if found.usable]
    shown = [_("{name}: {took:.1f} ms").format(name=f"libx264 {preset}", took=software.ms)]
    shown += [_("{name}: {took:.1f} ms").format(name=found.codec.name, took=found.ms) for found in chips]
    words = _("{list} of the {room:.1f} ms a picture has (1080 lines of noise, the hardest there is)")
    text = words.format(list=", ".join(shown), room=FRAME_MS)
    best = _fastest(software, chips)
    if best > BAD_MS:
        cure = _("Choose a smaller picture or a faster preset")
        return Finding(N_("Encoder"), "bad", f"{text}. {cure}")
    return Finding(N_("Encoder"), "note" if best > WARN_MS else "ok", text)


def _fastest(software: Probed, chips: list[Probed]) -> float:
    return min([found.ms for found in (software, *chips) if found.usable], default=float("inf"))
