"""What stands in one reader's letter, before it is drawn as HTML or as plain text."""

from typing import Any

from msgspec import Struct


class Card(Struct, frozen=True, kw_only=True):
    """A product as it can be bought now; `note` says why it is here."""

    title: str
    brand: str
    price: str
    url: str
    image: str
    note: str = ""


class Part(Struct, frozen=True, kw_only=True):
    """One block: a title, a picture, paragraphs, cards and a button, whichever of them it has."""

    title: str = ""
    picture: str = ""
    picture_text: str = ""
    paragraphs: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    link: str = ""
    link_text: str = ""
    note: str = ""


class Letter(Struct, frozen=True, kw_only=True):
    """`chosen` is what is kept of it: per block of the reader's own, what stood there and why."""

    subject: str
    preview: str
    parts: tuple[Part, ...]
    chosen: tuple[dict[str, Any], ...] = ()


class Frame(Struct, frozen=True, kw_only=True):
    """What stands round every letter. `why` says why they get it, `leave` is where they can stop it."""

    brand: str
    contact: str
    colour: str
    language: str
    why: str
    leave: str
    leave_text: str
    privacy: str = ""
