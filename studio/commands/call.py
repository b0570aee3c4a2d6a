"""Commands of advisors; the server runs them. Most are about the call that the advisor has."""

from typing import Annotated, ClassVar

from msgspec import Meta

from studio.commands.base import CONTROL, Command, Role
from studio.commands.chat import TALK
from studio.commands.show import ShowCommand
from studio.show.call import LINE_MAX, NOTES_MAX, Ask, CallKind, Language, Outcome, TopicId
from studio.show.call_rules import CallRules
from studio.show.product import AnyProduct, ProductId

CallId = Annotated[str, Meta(min_length=1, max_length=24)]
ClientId = Annotated[str, Meta(max_length=64)]
Product = AnyProduct
Share = Annotated[float, Meta(ge=0, le=1)]


class CallCommand(ShowCommand, frozen=True, kw_only=True):
    """The base: support staff may, and need no show for it."""

    may: ClassVar[frozenset[Role]] = TALK


class DeskCommand(CallCommand, frozen=True, kw_only=True):
    """About the brand's desk, and nobody's own call: it needs no desktop."""


class CallAvailable(CallCommand, tag="call.available", frozen=True, kw_only=True):
    """Take calls from now on, of these topics and languages (none named: of any), or take none."""

    relayed: ClassVar[bool] = False
    on: bool = True
    topics: Annotated[tuple[TopicId, ...], Meta(max_length=50)] = ()
    languages: Annotated[tuple[Language, ...], Meta(max_length=20)] = ()
    name: Annotated[str, Meta(max_length=40)] = ""
    """What customers are told; empty: only that it is an advisor."""


class CallAnswer(CallCommand, tag="call.answer", frozen=True, kw_only=True):
    """Answer a call that waits or rings; whoever is first has it."""

    relayed: ClassVar[bool] = False
    call: CallId


class CallPass(CallCommand, tag="call.pass", frozen=True, kw_only=True):
    """Let the call that rings here ring at somebody else."""


class CallHold(CallCommand, tag="call.hold", frozen=True, kw_only=True):
    """Put the customer on hold: neither side sees or hears the other. Or go on."""

    on: bool = True


class CallHangUp(CallCommand, tag="call.hangup", frozen=True, kw_only=True):
    """End the call for everybody in it; a colleague who was invited only leaves."""


class CallSay(CallCommand, tag="call.say", frozen=True, kw_only=True):
    """Write to the customer."""

    text: Annotated[str, Meta(min_length=1, max_length=LINE_MAX)]


class CallShow(CallCommand, tag="call.show", frozen=True, kw_only=True):
    """Show the customer a product's card; without `product` none."""

    product: Product = ""


class CallCart(CallCommand, tag="call.cart", frozen=True, kw_only=True):
    """Put a product into the customer's cart; answers what their shop says of it."""

    product: ProductId
    variant: AnyProduct = ""
    quantity: Annotated[int, Meta(ge=1, le=99)] = 1


class CallKindAsk(CallCommand, tag="call.kind", frozen=True, kw_only=True):
    """Go on in another way: with pictures, with voices, or in writing. The customer's own camera stays theirs to turn on."""

    kind: CallKind


class CallAsk(CallCommand, tag="call.ask", frozen=True, kw_only=True):
    """Ask the customer for something; `recording` and `air` need their yes, the others show them how."""

    ask: Ask


class CallNotes(CallCommand, tag="call.notes", frozen=True, kw_only=True):
    """What is to be remembered of this call; colleagues see it, the customer may ask for it."""

    text: Annotated[str, Meta(max_length=NOTES_MAX)]


class CallTransfer(CallCommand, tag="call.transfer", frozen=True, kw_only=True):
    """Pass the customer on: to a colleague, or (`topic`) to the next one who knows, with a note. They keep their place."""

    advisor: ClientId = ""
    topic: Annotated[str, Meta(max_length=24)] = ""
    note: Annotated[str, Meta(max_length=LINE_MAX)] = ""


class CallInvite(CallCommand, tag="call.invite", frozen=True, kw_only=True):
    """Bring a free colleague into the call."""

    advisor: Annotated[str, Meta(min_length=1, max_length=64)]


class CallBlock(CallCommand, tag="call.block", frozen=True, kw_only=True):
    """End the call and take no more from this visitor and network for a day."""


class CallWrapUp(CallCommand, tag="call.wrapup", frozen=True, kw_only=True):
    """Say what came of the call, and be free again (`stay=false`: take no more)."""

    outcome: Outcome
    stay: bool = True


class CallRulesSet(DeskCommand, tag="call.rules", frozen=True, kw_only=True):
    """How the brand answers: hours, topics, how long it rings. The rules as a whole, as `vitrine state` shows them."""

    may: ClassVar[frozenset[Role]] = CONTROL
    rules: CallRules


class MessageDone(DeskCommand, tag="message.done", frozen=True, kw_only=True):
    """Somebody has seen to a customer's message; or not yet after all."""

    message: Annotated[str, Meta(max_length=24)]
    on: bool = True


class MessageRemove(DeskCommand, tag="message.remove", frozen=True, kw_only=True):
    """Delete a customer's message, and its recording."""

    message: Annotated[str, Meta(max_length=24)]


class BookingCancel(DeskCommand, tag="booking.cancel", frozen=True, kw_only=True):
    """Call off a booked call."""

    booking: Annotated[str, Meta(max_length=24)]


class OwnCall(Command, frozen=True, kw_only=True):
    """What a desktop sends, keeps and points at in its own call: given there, or by a command line beside it."""

    may: ClassVar[frozenset[Role]] = TALK


class CallSend(OwnCall, tag="call.send", frozen=True, kw_only=True):
    """What goes to the customer from here: the picture, the sound. What is not named stays."""

    picture: bool | None = None
    sound: bool | None = None


class CallRecord(OwnCall, tag="call.record", frozen=True, kw_only=True):
    """Stop recording the call, or go on; with the customer's yes it begins by itself."""

    on: bool = True


class CallPoint(OwnCall, tag="call.point", frozen=True, kw_only=True):
    """Point at a place of what the customer shows, or draw a line through several; without places, take it away.

    They are shares from the left and from above (0…1). What was drawn fades there after two seconds.
    """

    places: Annotated[tuple[tuple[Share, Share], ...], Meta(max_length=500)] = ()


class CallSnapshot(OwnCall, tag="call.snapshot", frozen=True, kw_only=True):
    """Keep the customer's picture as it is now; answers with the file. Not while they have said no to it."""

    relayed: ClassVar[bool] = False
