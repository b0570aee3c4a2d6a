"""What happened to the recording and its clips between two states, as a sentence for the eye line. Pure."""

from collections.abc import Iterator

from studio.i18n import _
from studio.state import State
from studio.state.recording import Clip, Mark
from ui.models.film_words import clip_title, film_time


def news(old: State, new: State) -> str:
    """The newest of it; '' when there is nothing to say."""
    return next(_told(old, new), "")


def _told(old: State, new: State) -> Iterator[str]:
    same = old.recording.id == new.recording.id and new.recording.id
    if same and len(_markers(new)) > len(_markers(old)):
        mark = _markers(new)[-1]
        yield _("Marker at {time}: {title}").format(time=film_time(mark.at_ms), title=mark.title)
    if old.library is new.library:
        return
    before = {clip.id: clip for clip in _clips(old)}
    for clip in _clips(new):
        was = before.get(clip.id)
        if was is None and not clip.proposed and clip.file == "" and _is_recorded(clip, new):
            yield _("Clip kept: {title}").format(title=clip_title(clip))
        elif was is not None and clip.film and not was.film:
            yield _("The clip {title} is public").format(title=clip_title(clip))
        elif was is not None and clip.file and not was.file and not clip.upload:
            yield _("The clip {title} is made").format(title=clip_title(clip))
    replays = {one.id: one.replay.film for one in old.library.recordings}
    for one in new.library.recordings:
        if one.replay.film and replays.get(one.id) == "":
            yield _("The replay of {title} is public").format(title=one.title)


def _markers(state: State) -> list[Mark]:
    return [mark for mark in state.recording.marks if mark.kind == "marker"]


def _clips(state: State) -> list[Clip]:
    return [clip for one in state.library.recordings for clip in one.clips]


def _is_recorded(clip: Clip, state: State) -> bool:
    """Whether it is of what is recorded now."""
    return any(clip in one.clips for one in state.library.recordings if one.id == state.recording.id)
