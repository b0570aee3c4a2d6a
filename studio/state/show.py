"""The show: what the audience was promised, and how far it has come. The server owns it; the desktop holds a copy."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

ShowState = Literal["draft", "rehearsal", "live", "paused", "ended"]


class Product(Struct, frozen=True, kw_only=True):
    """Something the show sells. `price_minor` is in the currency's minor unit (øre, cents)."""

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    title: Annotated[str, Meta(min_length=1, max_length=300)]
    price_minor: Annotated[int, Meta(ge=0, le=10**12)]
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] = "DKK"
    before_minor: Annotated[int, Meta(ge=0, le=10**12)] | None = None
    image: Annotated[str, Meta(max_length=500)] = ""
    url: Annotated[str, Meta(max_length=2000)] = ""
    stock: int | None = None


class Show(Struct, frozen=True, kw_only=True):
    """`seq` is the newest event; `media_ms` the show clock at the moment of this value; times are Unix milliseconds."""

    id: str = ""
    title: str = ""
    brand: str = ""
    state: ShowState = "draft"
    starts_at_ms: int | None = None
    live_since_ms: int | None = None
    ended_at_ms: int | None = None
    poster: str = ""
    products: tuple[Product, ...] = ()
    seq: int = 0
    media_ms: int = 0
    on_air: bool = False
    """Packets of the current epoch are arriving at the server."""
    readers: int = 0
    viewers: int = 0
    holder: str = ""
    """Name of the client that holds the lease."""
    epoch: int = 0
