"""What the audience says."""

from msgspec import Struct


class ChatLine(Struct, frozen=True, kw_only=True):
    """One message. `at_ms` is Unix time; `simulated` marks what nobody said."""

    id: str
    at_ms: int
    name: str
    text: str
    simulated: bool = False

    @property
    def question(self) -> bool:
        """Whether it asks something."""
        return "?" in self.text
