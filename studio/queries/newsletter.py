"""Questions about newsletters. The server answers them."""

from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from studio.commands.base import Owner, Role
from studio.commands.relation import MARKETING
from studio.queries.base import Query
from studio.relation.newsletter import Newsletter
from studio.relation.persona import Id
from studio.relation.reason import Reason


class Choice(Struct, frozen=True, kw_only=True):
    """What stood in a block of the reader's own: by which rule (its name; empty: none), which products, why."""

    block: str
    rule: str = ""
    products: tuple[str, ...] = ()
    reason: Reason | None = None


class NewsletterLook(Query, tag="newsletter.look", frozen=True, kw_only=True):
    """All that a newsletter says."""

    may: ClassVar[frozenset[Role]] = MARKETING
    owner: ClassVar[Owner] = "server"
    answers: ClassVar[type] = Newsletter

    newsletter: Id


class Proof(Struct, frozen=True, kw_only=True):
    """A newsletter as one made-up reader gets it. `inside`: in the segment it is for. `size`: bytes of its HTML, of which mail
    programs show 102,000."""

    reader: Reason
    inside: bool
    subject: str
    size: int
    choices: tuple[Choice, ...] = ()


class Proofs(Struct, frozen=True, kw_only=True):
    """Five made-up readers, and one who agreed to nothing."""

    proofs: tuple[Proof, ...]


class NewsletterPreview(Query, tag="newsletter.preview", frozen=True, kw_only=True):
    """How a newsletter looks to made-up readers, before it is saved."""

    may: ClassVar[frozenset[Role]] = MARKETING
    owner: ClassVar[Owner] = "server"
    answers: ClassVar[type] = Proofs

    newsletter: Newsletter


class Page(Struct, frozen=True, kw_only=True):
    """A mail, as a browser shows it; `html` is empty where it is too large to be sent here."""

    html: str


class NewsletterPage(Query, tag="newsletter.page", frozen=True, kw_only=True):
    """The whole mail of one made-up reader, by their place in the preview."""

    may: ClassVar[frozenset[Role]] = MARKETING
    owner: ClassVar[Owner] = "server"
    answers: ClassVar[type] = Page

    newsletter: Newsletter
    reader: Annotated[int, Meta(ge=0, le=5)] = 0


class LookedUp(Struct, frozen=True, kw_only=True):
    """One who would go to a mail tool: on its list already (`there`), or told it no since they said yes here (`stays_out`).
    Of the address so much that one recognises it."""

    address: str
    segments: tuple[str, ...] = ()
    there: bool = False
    stays_out: bool = False


class ToolDiff(Struct, frozen=True, kw_only=True):
    """What a mail tool would be told: of how many, and the first of them as it has them now."""

    count: int
    looked_up: tuple[LookedUp, ...] = ()


class MailToolDiff(Query, tag="mailtool.diff", frozen=True, kw_only=True):
    """What a mail tool would be told, before it is. The tool is asked."""

    may: ClassVar[frozenset[Role]] = MARKETING
    owner: ClassVar[Owner] = "server"
    answers: ClassVar[type] = ToolDiff

    tool: Annotated[str, Meta(min_length=1, max_length=40)]
    segments: Annotated[tuple[Id, ...], Meta(max_length=50)] = ()
