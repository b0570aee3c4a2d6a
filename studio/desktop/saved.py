"""What of the state stands in the show file: one table, by which a file is opened, written, and known to be out of date."""

from typing import Any, TypeVar

import msgspec

from studio.show_file import FileSource, ShowFile
from studio.state import Source, State
from studio.state.branches import BRANCHES

PLACES: dict[str, tuple[str, str]] = {
    "canvas": ("scenes", "canvas"),
    "fps": ("scenes", "fps"),
    "scenes": ("scenes", "scenes"),
    "program": ("scenes", "program"),
    "preview": ("scenes", "preview"),
    "transition": ("scenes", "transition"),
    "transition_ms": ("scenes", "transition_ms"),
    "direction": ("scenes", "direction"),
    "stinger": ("scenes", "stinger"),
    "stinger_cut_ms": ("scenes", "stinger_cut_ms"),
    "channels": ("mixer", "channels"),
    "master_db": ("mixer", "master_db"),
    "master_muted": ("mixer", "master_muted"),
    "rundown": ("rundown", "steps"),
    "script": ("rundown", "script"),
    "hotkeys": ("hotkeys", ""),
    "markers": ("recording", "planned"),
}
"""By the file's field: the branch of the state, and the field there; empty: the branch itself. For sources see `SETUP`."""
SETUP = FileSource.__struct_fields__
"""What people set up of a source; the rest is how it is doing."""
S = TypeVar("S", Source, FileSource)


def branches(file: ShowFile) -> dict[str, Any]:
    """The branches of the state that a file fills, without its sources."""
    filled: dict[str, dict[str, Any]] = {}
    found: dict[str, Any] = {}
    for field, (branch, part) in PLACES.items():
        if part:
            filled.setdefault(branch, {})[part] = getattr(file, field)
        else:
            found[branch] = getattr(file, field)
    return found | {branch: BRANCHES[branch].type(**parts) for branch, parts in filled.items()}


def saved(file: ShowFile, state: State) -> ShowFile:
    """The file as it would be written now; what it says of the show stays, since that is the server's."""
    sources = tuple(copied(source, FileSource) for source in state.sources)
    return msgspec.structs.replace(file, sources=sources, **{field: _value(state, field) for field in PLACES})


def differs(old: State, new: State) -> bool:
    """Whether the file of one would be another than that of the other."""
    return setup(old) != setup(new) or any(_value(old, field) != _value(new, field) for field in PLACES)


def copied(source: Source | FileSource, kind: type[S]) -> S:
    """The source's setup, in the state's form or the file's."""
    return kind(**{name: getattr(source, name) for name in SETUP})


def setup(state: State) -> list[tuple[Any, ...]]:
    """What people have set up of the sources."""
    return [tuple(getattr(source, name) for name in SETUP) for source in state.sources]


def _value(state: State, field: str) -> Any:
    branch, part = PLACES[field]
    value = getattr(state, branch)
    return getattr(value, part) if part else value
