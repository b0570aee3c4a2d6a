"""What the audience and the studio say to each other."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

TEXT_MAX, NAME_MAX = 300, 40

LineState = Literal["shown", "held", "shadow", "removed"]
"""`held` waits for a moderator, `shadow` is from somebody whose lines only they see; both are shown to their writer."""
Links = Literal["allow", "hold", "block"]
SlowS = Annotated[int, Meta(ge=0, le=3600)]


class ChatLine(Struct, frozen=True, kw_only=True):
    """One message. `at_ms` is Unix time, `media_ms` the show clock; `simulated` marks what nobody said."""

    id: str
    at_ms: int
    name: str
    text: str
    media_ms: int = 0
    visitor: str = ""
    """Who wrote it; only studios know."""
    staff: bool = False
    reply_to: str = ""
    private: bool = False
    """An answer only for who asked."""
    asked: bool = False
    """Written as a question."""
    state: LineState = "shown"
    why: str = ""
    """Why it is held: `word`, `link`, `first`."""
    simulated: bool = False

    @property
    def question(self) -> bool:
        """Whether it asks something."""
        return self.asked or "?" in self.text


class ChatRules(Struct, frozen=True, kw_only=True):
    """How people may write. `slow_s`: seconds between two lines of one person; `delay_s`: how long a line waits before the
    picture may carry it by itself."""

    open: bool = True
    slow_s: SlowS = 0
    links: Links = "block"
    words: tuple[Annotated[str, Meta(max_length=60)], ...] = ()
    """Held, besides the lists we bring; `word*` means whatever begins so."""
    defaults: bool = True
    """Whether our own lists count."""
    hold_all: bool = False
    """Every line waits for a moderator."""
    delay_s: Annotated[int, Meta(ge=0, le=60)] = 5
