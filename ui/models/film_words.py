"""What people read about recordings and clips: times, sizes, states. Pure."""

from collections.abc import Iterable

from studio.i18n import N_, _
from studio.state.recording import Clip, Recorded, Work

WARN_S, CRITICAL_S = 2 * 3600, 1800
"""Of what is left on the disk."""
MOST_HOURS = 99
Word = tuple[str, str, str]
"""A word, and the tokens of its ground and its ink."""
FILTERS: tuple[tuple[str, str], ...] = (
    ("all", N_("All recordings")),
    ("replay", N_("With a replay")),
    ("trash", N_("Trash")),
)
ASPECTS: dict[str, str] = {
    "source": N_("As recorded"),
    "9:16": N_("Upright 9:16"),
    "4:5": N_("Upright 4:5"),
    "1:1": N_("Square 1:1"),
    "16:9": N_("Wide 16:9"),
}
SIZES: dict[int, str] = {0: N_("As recorded"), 720: "720", 1080: "1080"}
WORKS: dict[str, str] = {
    "propose": N_("Looking for clips"),
    "clip": N_("Making the clip"),
    "replay": N_("Sending the replay"),
    "publish": N_("Sending the clip"),
    "export": N_("Exporting"),
    "proxy": N_("Making the smaller copy"),
}


def running_time(ms: int) -> str:
    """`0:12:34`: hours, minutes, seconds."""
    seconds = max(0, ms) // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def film_time(ms: int) -> str:
    """`12:34`, or `1:02:03` from an hour on."""
    return running_time(ms) if ms >= 3_600_000 else f"{max(0, ms) // 60_000}:{max(0, ms) // 1000 % 60:02}"


def exact_time(ms: int) -> str:
    """The same with hundredths: `12:34.56`."""
    return f"{film_time(ms)}.{max(0, ms) % 1000 // 10:02}"


def disk_time(seconds: int) -> str:
    """`6:40`: hours and minutes."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02}" if seconds < MOST_HOURS * 3600 else f"{MOST_HOURS}:00+"


def disk_level(left_s: int | None) -> str:
    """The token of what is left: '' while it is enough, `warn` or `bad`."""
    if left_s is None or left_s >= WARN_S:
        return ""
    return "bad" if left_s < CRITICAL_S else "warn"


def size_words(size: int) -> str:
    """`146 kB`, `12.3 MB`, `4.1 GB`."""
    if size < 1_000_000:
        return f"{-(-size // 1000)} kB"
    return f"{size / 1e6:.1f} MB" if size < 1_000_000_000 else f"{size / 1e9:.1f} GB"


def state_word(recorded: Recorded, works: Iterable[Work] = ()) -> Word:
    """The one word that counts of a recording."""
    sending = next((one for one in works if one.kind == "replay" and one.recording == recorded.id), None)
    if recorded.state == "recording":
        return "● " + _("Recording"), "raised", "air-text"
    if recorded.state == "ending":
        return _("Is being completed …"), "raised", "text"
    if recorded.state == "trash":
        return _("In the trash"), "raised", "muted"
    if recorded.state == "broken":
        return _("Broken"), "warn", "warn-ink"
    if sending is not None and sending.progress is not None:
        return _("Sending, {percent} %").format(percent=round(100 * sending.progress)), "raised", "text"
    if sending is not None:
        return _("Waits to be sent"), "raised", "text"
    if recorded.replay.film:
        return _("Replay is public"), "preview", "preview-ink"
    return (_("Repaired"), "raised", "warn") if recorded.recovered else (_("Ready"), "raised", "muted")


def clip_word(clip: Clip, works: Iterable[Work] = ()) -> str:
    """How far a clip is."""
    for work in works:
        if work.clip == clip.id:
            words = _(WORKS[work.kind])
            return f"{words}, {round(100 * work.progress)} %" if work.progress is not None else f"{words} …"
    if clip.problem:
        return _("Did not work")
    if clip.film:
        return _("Public")
    if clip.file:
        return _("Made")
    return _("Proposed") if clip.proposed else _("Not made yet")


def clip_title(clip: Clip) -> str:
    """What a clip is called."""
    return clip.title or _("Clip without a title")


def matches(recorded: Recorded, words: str, which: str) -> bool:
    """Whether it is among what is looked for: all words in the title or the titles of products."""
    if (recorded.state == "trash") != (which == "trash"):
        return False
    if which == "replay" and not (recorded.replay.film or recorded.replay.upload):
        return False
    text = " ".join((recorded.title, *recorded.products)).casefold()
    return all(word in text for word in words.casefold().split())
