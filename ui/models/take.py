"""What a take would change for the audience, said before it is done. Pure."""

from studio.i18n import _
from studio.state import LOST, Source, State
from ui.models.shown import shown_sources

SHOWN = 5


def take_changes(state: State) -> list[str]:
    """Sentences: what is added to the picture, what leaves it, and whose sound begins or ends."""
    program, preview = state.scenes.program, state.scenes.preview
    if program == preview:
        return []
    sources = {source.id: source for source in state.sources}
    before, after = shown_sources(state, program), shown_sources(state, preview)
    sounding = {channel.source for channel in state.mixer.channels if not channel.muted}
    silenced, heard = _names(sources, (before - after) & sounding), _names(sources, (after - before) & sounding)
    said = [
        (_("Silences {names}"), silenced),
        (_("Begins the sound of {names}"), heard),
        (_("Adds {names}"), _names(sources, after - before)),
        (_("Removes {names}"), _names(sources, before - after)),
    ]
    found = [sentence.format(names=", ".join(names)) for sentence, names in said if names]
    lost = [source.name for source in state.sources if source.id in after and source.status in LOST]
    if lost:
        found.insert(0, _("Delivers no picture now: {names}").format(names=", ".join(lost)))
    return found


def _names(sources: dict[str, Source], wanted: set[str]) -> list[str]:
    found = [source.name for source in sources.values() if source.id in wanted and source.kind != "scene"]
    return [*found[:SHOWN], "…"] if len(found) > SHOWN else found


def silences(state: State) -> bool:
    """Whether the take ends a sound that is heard now."""
    gone = shown_sources(state, state.scenes.program) - shown_sources(state, state.scenes.preview)
    return any(channel.source in gone and not channel.muted for channel in state.mixer.channels)
