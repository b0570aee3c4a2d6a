"""What the parts of a show's shop see of the show."""

from collections.abc import Sequence
from typing import Any, Protocol

from msgspec import Struct

from studio.events import AnyEvent, Logged
from studio.server.event_log import Change
from studio.show.chat import ChatRules
from studio.show.shelf import ClaimRule
from studio.state import Show


class ShopSettings(Struct, frozen=True, kw_only=True):
    """How a show sells and chats, as it is stored with the show."""

    claims: ClaimRule = "eu30"
    cart_confirms: bool = False
    rules: ChatRules = ChatRules()
    pinned_line: str = ""
    picture_line: str = ""
    poll: str = ""


class ShowContext(Protocol):
    """A show, as its parts use it; on the server's loop."""

    settings: ShopSettings

    @property
    def show(self) -> Show:
        """The show as it is now."""

    @property
    def media_ms(self) -> int:
        """The show clock."""

    @property
    def wall_ms(self) -> int:
        """Unix time."""

    @property
    def now_s(self) -> float:
        """Monotonic seconds."""

    async def append(self, actor: str, new: Sequence[AnyEvent], change: Change | None = None) -> list[Logged]:
        """Store events and what goes with them, in one transaction."""

    async def save_settings(self, actor: str, new: Sequence[AnyEvent], settings: ShopSettings) -> None:
        """Store events and new settings."""

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message to every page."""

    def network_of(self, visitor: str) -> str:
        """The keyed hash of a visitor's address and browser, when they were here lately."""

    def shop_changed(self) -> None:
        """The shop's state is another: the studios are told soon."""
