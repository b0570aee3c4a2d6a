"""What a page, or a shop's own server, says over `relation/v1`: bounded, and read into behaviours."""

from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Raw, Struct

from studio.errors import InvalidValue
from studio.i18n import N_
from studio.relation import names
from studio.relation.behaviour import Behaviour, Item, Part, Source, Touch
from studio.relation.moments import Moment
from studio.server.reading import Decoder
from studio.show.minor_units import digits_of

BATCH_MAX, ONE_MAX = 50, 32 * 1024
BODY_MAX = 512 * 1024
Ms = Annotated[int, Meta(ge=-(2**53), le=2**53)]
Short = Annotated[str, Meta(max_length=100)]
Long = Annotated[str, Meta(max_length=750)]
Token = Annotated[str, Meta(max_length=200)]


class SaidProduct(Struct, frozen=True, kw_only=True):
    """A product as Segment's specification has it: `price` is a decimal number in the behaviour's currency."""

    product_id: Annotated[str, Meta(min_length=1, max_length=255)]
    variant: Annotated[str, Meta(max_length=255)] = ""
    category: Long = ""
    brand: Annotated[str, Meta(max_length=200)] = ""
    price: Annotated[float, Meta(ge=0, le=1e10)] | None = None
    price_minor: Annotated[int, Meta(ge=0, le=10**12)] | None = None
    quantity: Annotated[int, Meta(ge=1, le=100_000)] = 1
    coupon: Short = ""
    position: Annotated[int, Meta(ge=0, le=100_000)] | None = None


class Said(Struct, frozen=True, kw_only=True):
    """One behaviour. `at` is when it was on the page's own clock (Unix ms)."""

    id: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[\x21-\x7e]+$(?!\n)")]
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    at: Ms
    page: Annotated[str, Meta(max_length=2000)] = ""
    products: Annotated[tuple[SaidProduct, ...], Meta(max_length=50)] = ()
    value: Annotated[float, Meta(ge=0, le=1e10)] | None = None
    value_minor: Annotated[int, Meta(ge=0, le=10**12)] | None = None
    currency: Annotated[str, Meta(pattern=r"^([A-Z]{3})?$(?!\n)")] = ""
    order_id: Short = ""
    show: Annotated[str, Meta(max_length=64)] = ""
    media_ms: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    part: Part = ""
    props: Annotated[dict[Annotated[str, Meta(max_length=60)], str | int | float | bool], Meta(max_length=40)] = {}


class SaidTouch(Struct, frozen=True, kw_only=True):
    """What led to the page."""

    source: Short = ""
    medium: Short = ""
    campaign: Short = ""
    term: Short = ""
    content: Short = ""
    referrer: Annotated[str, Meta(max_length=255)] = ""

    @property
    def touch(self) -> Touch | None:
        """None when it says nothing."""
        made = Touch(
            source=self.source,
            medium=self.medium,
            campaign=self.campaign,
            term=self.term,
            content=self.content,
            referrer=self.referrer,
        )
        return made if made != Touch() else None


class SaidChoices(Struct, frozen=True, kw_only=True):
    """What somebody agrees to, and when they said so (on their clock)."""

    analytics: bool = False
    personalisation: bool = False
    marketing: bool = False
    at: Ms = 0


class Batch(Struct, frozen=True, kw_only=True):
    """`sent_at` is stamped anew at every try. `visitor`: the signed token, where no header can carry it (`sendBeacon`)."""

    sent_at: Ms
    behaviours: Annotated[tuple[Raw, ...], Meta(max_length=BATCH_MAX)] = ()
    visitor: Token = ""
    choices: SaidChoices | None = None
    touch: SaidTouch | None = None
    device: Literal["", "phone", "tablet", "desktop", "tv"] = ""
    language: Annotated[str, Meta(max_length=16)] = ""
    webdriver: bool = False


class Told(Struct, frozen=True, kw_only=True):
    """A batch of a shop's own server: of a customer, or of the visitor whose token the page gave it. `at` are true times.
    `history`: it is from a file of what was before, counts, and triggers nothing."""

    behaviours: Annotated[tuple[Raw, ...], Meta(max_length=BATCH_MAX)] = ()
    visitor: Token = ""
    customer: Short = ""
    history: bool = False


class Wanted(Struct, frozen=True, kw_only=True):
    """What is to be decided."""

    slots: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=40)], ...], Meta(min_length=1, max_length=10)]
    show: Annotated[str, Meta(max_length=64)] = ""
    language: Annotated[str, Meta(max_length=16)] = "en"
    webdriver: bool = False


class OwnList(Struct, frozen=True, kw_only=True):
    """The weekly list is wanted, without what is in the cart."""

    language: Annotated[str, Meta(max_length=16)] = "en"
    cart: Annotated[tuple[Annotated[str, Meta(max_length=255)], ...], Meta(max_length=100)] = ()
    webdriver: bool = False


class Answered(Struct, frozen=True, kw_only=True):
    """What a page's own consent tool, or ours, was told."""

    choices: SaidChoices
    sent_at: Ms = 0
    where: Annotated[str, Meta(max_length=300)] = ""


said: Decoder[Said] = Decoder(Said)
batch: Decoder[Batch] = Decoder(Batch)
told: Decoder[Told] = Decoder(Told)
wanted: Decoder[Wanted] = Decoder(Wanted)
own_list: Decoder[OwnList] = Decoder(OwnList)
answered: Decoder[Answered] = Decoder(Answered)


def each(behaviours: Sequence[Raw]) -> tuple[list[Said], list[dict[str, str]]]:
    """Those of a batch that can be read; and of the others their id, where there is one, and why not."""
    read, refused = [], []
    for raw in behaviours:
        try:
            read.append(said.take(bytes(raw)))
        except InvalidValue as error:
            refused.append({"id": _id_of(raw), "why": str(error)})
    return read, refused


def _id_of(raw: Raw) -> str:
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return ""
    return str(found.get("id", ""))[:100] if isinstance(found, dict) else ""


def behaviour(said: Said, visitor: str, moment: Moment, received_ms: int, consent: str, source: Source) -> Behaviour:
    """As it is kept. Raises `InvalidValue`: an unknown name, or one that no page says."""
    name = names.known(said.name)
    if source == "page" and name in names.SERVERS_ONLY:
        raise InvalidValue(N_("Only the shop's own server says this"), field="name")
    return Behaviour(
        id=said.id,
        name=name,
        visitor=visitor,
        at_ms=moment.at_ms,
        received_ms=received_ms,
        source=source,
        consent=consent,
        doubted=moment.doubted,
        triggers=not moment.late and source != "import",
        page=path_of(said.page),
        items=tuple(_item(product, said.currency) for product in said.products),
        value_minor=said.value_minor if said.value_minor is not None else _minor(said.value, said.currency),
        currency=said.currency,
        order=said.order_id,
        show=said.show,
        media_ms=said.media_ms,
        part=said.part,
        props={key: value[:500] if isinstance(value, str) else value for key, value in said.props.items()},
    )


def path_of(page: str) -> str:
    """A page's path alone: what stands behind it may be a person's address or a secret."""
    try:
        return urlsplit(page).path[:300]
    except ValueError:
        return ""


def _item(product: SaidProduct, currency: str) -> Item:
    return Item(
        product=product.product_id,
        variant=product.variant,
        category=product.category,
        brand=product.brand,
        price_minor=product.price_minor if product.price_minor is not None else _minor(product.price, currency),
        quantity=product.quantity,
        coupon=product.coupon,
        position=product.position,
    )


def _minor(amount: float | None, currency: str) -> int | None:
    """Segment's decimal numbers in minor units; without a currency nobody can say how many those are."""
    return None if amount is None or not currency else round(amount * 10 ** digits_of(currency))
