"""The brand's newsletters, who asked for them, and what is on its way."""

from typing import Literal

from msgspec import Struct

from studio.relation.newsletter import MailSettings, Topic

MailingState = Literal["planned", "sending", "done", "stopped"]


class NewsletterNow(Struct, frozen=True, kw_only=True):
    """A newsletter, without what it says: that is asked for (`newsletter.look`). `slots` are those that its blocks fill."""

    id: str
    name: str
    topic: str
    subject: str
    segment: str = ""
    language: str = "en"
    slots: tuple[str, ...] = ()


class TopicNow(Struct, frozen=True, kw_only=True):
    """A topic with how many asked for it, and for how many of them that lapses within a month unless they are written to."""

    topic: Topic
    subscribers: int = 0
    lapse_soon: int = 0


class Mailing(Struct, frozen=True, kw_only=True):
    """A newsletter on its way, or sent. `skipped` are those whom a gate stopped, by gate; `handed` went to the mail server, and
    nobody knows what it said."""

    id: str
    newsletter: str
    name: str
    topic: str
    at_ms: int
    state: MailingState
    sent: int = 0
    waits: int = 0
    bounced: int = 0
    failed: int = 0
    handed: int = 0
    spam: int = 0
    skipped: dict[str, int] = {}


class ToolNow(Struct, frozen=True, kw_only=True):
    """A mail tool that gets who subscribes to `topic`, while it is `on`, with which of the named `segments` they are in. `there`
    are on its list from here, `waits` subscribe and are not there yet, `refused` it does not take, `leaving` are to be deleted
    there. `taken`: so many said no to it, and are written to no more from here either. `problem`: why it is not told now."""

    name: str
    kind: Literal["klaviyo", "brevo", "mailchimp"]
    topic: str
    on: bool = False
    segments: tuple[str, ...] = ()
    there: int = 0
    waits: int = 0
    refused: int = 0
    leaving: int = 0
    taken: int = 0
    problem: str = ""


class Newsletters(Struct, frozen=True, kw_only=True):
    """`sends`: a mail server is set; `problem` is what it said when it took nothing, `mailbox_problem` why what comes back
    cannot be read. `suppressed` addresses get nothing, by reason."""

    topics: tuple[TopicNow, ...] = ()
    newsletters: tuple[NewsletterNow, ...] = ()
    mailings: tuple[Mailing, ...] = ()
    settings: MailSettings = MailSettings()
    suppressed: dict[str, int] = {}
    sends: bool = False
    problem: str = ""
    mailbox_problem: str = ""
    tools: tuple[ToolNow, ...] = ()
