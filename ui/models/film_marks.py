"""The marks of a film that people see: its chapters in a list, everything in the editor. Pure."""

from studio.i18n import N_, _
from studio.recordings.chapters import chapters
from studio.show.film import Chapter
from studio.state.recording import Mark, Recorded

UNNAMED: dict[str, str] = {"chat": N_("A line of the chat"), "scene": N_("Scene"), "poll": N_("Poll"), "product": N_("Product")}
ON_LINE = ("marker", "product", "poll", "chat")
"""A scene is taken too often to be shown."""


def chapters_of(recorded: Recorded) -> tuple[Chapter, ...]:
    """As they are in the film."""
    return chapters(recorded.marks, recorded.length_ms, recorded.title)


def title_of(mark: Mark) -> str:
    """What a mark is called."""
    return mark.title or _(UNNAMED.get(mark.kind, ""))


def marks_of(recorded: Recorded) -> tuple[tuple[int, str, str], ...]:
    """When (ms), its name, and its kind."""
    return tuple((mark.at_ms, title_of(mark), mark.kind) for mark in recorded.marks if mark.kind in ON_LINE)


def products_of(recorded: Recorded) -> dict[str, str]:
    """Ids and titles of the products that were shown."""
    return {mark.ref: mark.title or mark.ref for mark in recorded.marks if mark.kind == "product" and mark.ref}
