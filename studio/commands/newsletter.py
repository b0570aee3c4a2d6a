"""Commands about newsletters: topics, what they say, and sending them. The server runs them."""

from typing import Annotated, ClassVar

from msgspec import Meta

from studio.commands.base import Command, Owner, Role
from studio.commands.relation import MARKETING
from studio.relation.newsletter import MailSettings, Newsletter, Topic
from studio.relation.persona import Id
from studio.relation.subscriber_file import Brought

Address = Annotated[str, Meta(min_length=3, max_length=254)]


class NewsletterCommand(Command, frozen=True, kw_only=True):
    """The base."""

    may: ClassVar[frozenset[Role]] = MARKETING
    owner: ClassVar[Owner] = "server"


class TopicSave(NewsletterCommand, tag="topic.save", frozen=True, kw_only=True):
    """Make a topic that people may ask to be written to about, or change it."""

    topic: Topic


class TopicDelete(NewsletterCommand, tag="topic.delete", frozen=True, kw_only=True):
    """Delete a topic that no newsletter is about."""

    topic: Id


class NewsletterSave(NewsletterCommand, tag="newsletter.save", frozen=True, kw_only=True):
    """Make a newsletter, or change it. What is on its way stays as it was."""

    newsletter: Newsletter


class NewsletterDelete(NewsletterCommand, tag="newsletter.delete", frozen=True, kw_only=True):
    """Delete a newsletter; what was sent of it stays counted."""

    newsletter: Id


class NewsletterSend(NewsletterCommand, tag="newsletter.send", frozen=True, kw_only=True):
    """Send a newsletter, now or then (Unix ms), to all who subscribe to its topic: each is judged when theirs goes."""

    newsletter: Id
    at_ms: Annotated[int, Meta(ge=0, le=2**53)] | None = None


class MailingStop(NewsletterCommand, tag="mailing.stop", frozen=True, kw_only=True):
    """Send nothing more of a newsletter that is on its way."""

    mailing: Annotated[str, Meta(min_length=1, max_length=24)]


class NewsletterProof(NewsletterCommand, tag="newsletter.proof", frozen=True, kw_only=True):
    """Send a newsletter to one address of the brand's own, to see it in a mail program."""

    newsletter: Id
    address: Address


class NewsletterSettings(NewsletterCommand, tag="newsletter.settings", frozen=True, kw_only=True):
    """Say who newsletters are from, and how often somebody may get one."""

    settings: MailSettings


class SubscribersBring(NewsletterCommand, tag="subscribers.bring", frozen=True, kw_only=True):
    """Put addresses on a topic's list that agreed elsewhere: nobody who left, or was forgotten, comes back by it."""

    topic: Id
    subscribers: Annotated[tuple[Brought, ...], Meta(min_length=1, max_length=1000)]


class AddressSuppress(NewsletterCommand, tag="address.suppress", frozen=True, kw_only=True):
    """Send nothing more to an address, whatever list it is on; only its owner can take that back."""

    address: Address


class MailToolSwitch(NewsletterCommand, tag="mailtool.switch", frozen=True, kw_only=True):
    """Keep a mail tool's list as ours is, or no longer; say which segments it may know. What is not said stays as it is."""

    tool: Annotated[str, Meta(min_length=1, max_length=40)]
    on: bool | None = None
    segments: Annotated[tuple[Id, ...], Meta(max_length=50)] | None = None
