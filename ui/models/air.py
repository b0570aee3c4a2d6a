"""The one word for how the show stands, the same wherever it is said. Pure."""

from studio.i18n import _
from studio.state import State


def air_word(state: State) -> tuple[str, str, str]:
    """The word, and the tokens of its ground and its ink."""
    show, stream = state.show, state.stream
    if state.panic:
        return _("CURTAIN DOWN, SILENT"), "warn", "warn-ink"
    if show.state == "live" and stream.status == "live":
        return "● " + _("ON AIR"), "air", "air-ink"
    if show.state in ("live", "paused"):
        return _("PAUSED") if show.state == "paused" else _("NO PICTURE"), "warn", "warn-ink"
    if show.state == "rehearsal":
        return _("REHEARSAL"), "warn", "warn-ink"
    return _("ENDED") if show.state == "ended" else _("OFF AIR"), "raised", "muted"
