"""What a rule shows: a product, an information or a message."""

from typing import Annotated

from msgspec import Meta, Struct

from studio.show.product import ProductId

Title = Annotated[str, Meta(max_length=120)]
Words = Annotated[str, Meta(max_length=600)]
Address = Annotated[str, Meta(max_length=500, pattern=r"^(https?://[^\s]+|/[^\s]*)?$(?!\n)")]


class Action(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """The base. `title` and `text` are the brand's own words, shown as they are."""

    title: Title = ""
    text: Words = ""

    @property
    def product(self) -> str:
        """The product it shows; empty for others."""
        return ""


class ShowProduct(Action, tag="product", frozen=True, kw_only=True):
    """A product of the catalogue, as it is when it is shown; `code` is a discount code that goes into the cart with it."""

    id: ProductId
    code: Annotated[str, Meta(max_length=60)] = ""

    @property
    def product(self) -> str:
        return self.id


class ShowInformation(Action, tag="information", frozen=True, kw_only=True):
    """Words with a picture and a link, or a clip."""

    link: Address = ""
    link_text: Title = ""
    picture: Address = ""
    clip: Annotated[str, Meta(max_length=64)] = ""


class ShowMessage(Action, tag="message", frozen=True, kw_only=True):
    """A line to this person, as from the host."""

    link: Address = ""
    link_text: Title = ""
    call: bool = False
    """It asks to a call with an advisor."""


AnyAction = ShowProduct | ShowInformation | ShowMessage
