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
