"""A newsletter: blocks in an order, of which some are each reader's own. And the topics that people may ask for."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct

from studio.errors import InvalidValue
from studio.i18n import N_
from studio.relation.action import Address, AnyAction, Title, Words
from studio.relation.persona import Id
from studio.relation.rule import Slot
from studio.show.product import ProductId

BLOCKS_MAX = 30
LONG = 10_000
PRODUCTS_MAX, WORDS_MAX = 60, 60_000
"""In all: mail programs show no more than 102 kB."""
Prose = Annotated[str, Meta(max_length=LONG)]
SHOW_TOPIC = "show:"
"""What the topic of a reminder of one show begins with."""


class Topic(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody asks to be written to about. `text` says on the page what that is, and how often."""

    id: Id
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    text: Words = ""
    on: bool = True
    version: int = 1


class MailSettings(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who newsletters are from. `contact` is an address where the brand is reached (Danish Marketing Act, § 10(3)); `gap_hours`:
    so long after one newsletter a reader gets no other."""

    brand: Annotated[str, Meta(max_length=80)] = ""
    contact: Annotated[str, Meta(max_length=200)] = ""
    colour: Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$(?!\n)")] = "#8c4a36"
    gap_hours: Annotated[int, Meta(ge=0, le=24 * 14)] = 16

    @property
    def complete(self) -> bool:
        """Whether letters say who they are from."""
        return bool(self.brand and self.contact)


class Block(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """The base. `title` stands over it."""

    title: Title = ""


class TextBlock(Block, tag="text", frozen=True, kw_only=True):
    """Words, in paragraphs with an empty line between them; and a button, where `link` is set."""

    text: Prose = ""
    link: Address = ""
    link_text: Title = ""


class PictureBlock(Block, tag="picture", frozen=True, kw_only=True):
    """A picture; `text` says what is on it to who cannot see it, or lets none be loaded."""

    picture: Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^(https?://[^\s]+|/[^\s]*)$(?!\n)")]
    text: Title = ""
    link: Address = ""


class ProductsBlock(Block, tag="products", frozen=True, kw_only=True):
    """Products that the brand chose: the same for everybody, without what a reader has bought."""

    products: Annotated[tuple[ProductId, ...], Meta(min_length=1, max_length=24)]


class ListBlock(Block, tag="list", frozen=True, kw_only=True):
    """The reader's own weekly list, or what is popular."""

    most: Annotated[int, Meta(ge=1, le=12)] = 6


class SlotBlock(Block, tag="slot", frozen=True, kw_only=True):
    """What the first rule that fits the reader says; `default` where none does, so that there is never a hole."""

    slot: Slot
    default: AnyAction | None = None


class ShowBlock(Block, tag="show", frozen=True, kw_only=True):
    """The next show of the brand; nothing where none is planned."""


AnyBlock = TextBlock | PictureBlock | ProductsBlock | ListBlock | SlotBlock | ShowBlock


class SubjectFor(Struct, frozen=True, kw_only=True):
    """Another subject for who is in a segment."""

    segment: Id
    subject: Annotated[str, Meta(min_length=1, max_length=150)]


class Newsletter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`segment` empty: all who asked for the topic. `preview` is what mail programs show behind the subject. Of `subjects` the
    first whose segment the reader is in stands instead of `subject`."""

    id: Id
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    topic: Id
    subject: Annotated[str, Meta(min_length=1, max_length=150)]
    subjects: Annotated[tuple[SubjectFor, ...], Meta(max_length=10)] = ()
    preview: Annotated[str, Meta(max_length=150)] = ""
    segment: Annotated[str, Meta(max_length=40)] = ""
    language: Literal["en", "da"] = "en"
    blocks: Annotated[tuple[AnyBlock, ...], Meta(min_length=1, max_length=BLOCKS_MAX)]
    version: int = 1

    @property
    def segments(self) -> frozenset[str]:
        """Those that it asks about itself."""
        return frozenset({self.segment, *(one.segment for one in self.subjects)} - {""})

    @property
    def slots(self) -> tuple[str, ...]:
        """Those that its blocks fill."""
        return tuple(dict.fromkeys(block.slot for block in self.blocks if isinstance(block, SlotBlock)))


def check(newsletter: Newsletter) -> None:
    """Whether it can be saved. Raises `InvalidValue`."""
    for number, block in enumerate(newsletter.blocks):
        for name in ("link", "picture"):
            _check_address(getattr(block, name, ""), f"blocks[{number}].{name}")
        if isinstance(block, TextBlock) and not (block.title or block.text or block.link):
            raise InvalidValue(N_("This block is empty"), field=f"blocks[{number}]")
        if isinstance(block, TextBlock) and bool(block.link) != bool(block.link_text):
            raise InvalidValue(N_("A button needs words and an address"), field=f"blocks[{number}]")
    if not all(
        text.isprintable() for text in (newsletter.subject, newsletter.preview, *(one.subject for one in newsletter.subjects))
    ):
        raise InvalidValue(N_("A subject is one line of plain words"), field="subject")
    products = sum(len(block.products) for block in newsletter.blocks if isinstance(block, ProductsBlock))
    words = sum(len(block.text) for block in newsletter.blocks if isinstance(block, TextBlock))
    if products > PRODUCTS_MAX or words > WORDS_MAX:
        raise InvalidValue("At most {products} products and {words} letters", products=PRODUCTS_MAX, words=WORDS_MAX)
    slots = [block.slot for block in newsletter.blocks if isinstance(block, SlotBlock)]
    if len(set(slots)) != len(slots):
        raise InvalidValue(N_("Two blocks have the same slot: each needs its own"), field="blocks")


def _check_address(address: str, field: str) -> None:
    try:
        urlsplit(address)
    except ValueError:
        raise InvalidValue(N_("This is no address"), field=field) from None
