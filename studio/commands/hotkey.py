"""Commands about keys."""

from typing import Annotated, ClassVar

from msgspec import Meta

from studio.commands.base import Command


class HotkeySet(Command, tag="hotkey.set", frozen=True, kw_only=True):
    """Put an action of the window on another key (`Ctrl+M`); empty for none. Without `key`, on its usual one again."""

    relayed: ClassVar[bool] = False
    action: Annotated[str, Meta(min_length=1, max_length=64)]
    key: Annotated[str, Meta(max_length=40)] | None = None
