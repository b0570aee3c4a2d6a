"""The branches of the state as a table: each is declared once, as a field of `State`."""

from typing import Any, NamedTuple, get_args, get_type_hints

import msgspec

from studio.state.branch import Ownership
from studio.state.tree import State


class Branch(NamedTuple):
    """One branch: its name on the wire and in `State`, and its type there."""

    name: str
    type: Any
    ownership: Ownership

    def read(self, value: Any) -> Any:
        """The branch as it came over the wire, in its type; raises `msgspec.ValidationError`."""
        return msgspec.convert(value, self.type)


def _branches() -> tuple[Branch, ...]:
    hints = get_type_hints(State, include_extras=True)
    return tuple(Branch(name, *get_args(hints[name])) for name in State.__struct_fields__)


BRANCHES = {branch.name: branch for branch in _branches()}
SERVERS = {name: branch for name, branch in BRANCHES.items() if branch.ownership.owner == "server"}
"""What the server tells every desktop; no desktop may say it."""
PUBLISHED = tuple(name for name, branch in BRANCHES.items() if branch.ownership.owner == "desktop" and branch.ownership.published)
"""What a desktop tells the server, which passes it on."""
