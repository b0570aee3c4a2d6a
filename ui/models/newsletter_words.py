"""Newsletters in words."""

from datetime import datetime

from studio.i18n import N_, _
from studio.queries.newsletter import Proof
from studio.relation.newsletter import (
    AnyBlock,
    ListBlock,
    PictureBlock,
    ProductsBlock,
    ShowBlock,
    SlotBlock,
    TextBlock,
)
from studio.state import State
from studio.state.newsletters import Mailing, ToolNow

GATES = {
    "subscription": N_("left the list"),
    "suppressed": N_("suppressed address"),
    "lapsed": N_("consent lapsed"),
    "segment": N_("not in the segment"),
    "cap": N_("had another one lately"),
    "watching": N_("watches already"),
    "late": N_("too late"),
    "empty": N_("nothing for them"),
    "fault": N_("could not be written"),
}
STATES = {"planned": N_("planned"), "sending": N_("is going out"), "done": N_("sent"), "stopped": N_("stopped")}
KINDS: dict[str, tuple[type[AnyBlock], str]] = {
    "text": (TextBlock, N_("words")),
    "picture": (PictureBlock, N_("a picture")),
    "products": (ProductsBlock, N_("products you choose")),
    "list": (ListBlock, N_("their own list")),
    "slot": (SlotBlock, N_("what the rules say")),
    "show": (ShowBlock, N_("the next show")),
}
"""Of blocks."""
LIST = "list"


def mailing_words(mailing: Mailing) -> str:
    """How it went, or goes."""
    at = datetime.fromtimestamp(mailing.at_ms / 1000)
    words = [f"{_(STATES[mailing.state])} {at:%d.%m. %H:%M}", _("to {count}").format(count=mailing.sent)]
    if mailing.waits:
        words.append(_("{count} waiting").format(count=mailing.waits))
    for count, said in (
        (mailing.bounced, N_("{count} bounced")),
        (mailing.failed, N_("{count} refused")),
        (mailing.handed, N_("{count} perhaps sent")),
        (mailing.spam, N_("{count} said spam")),
    ):
        if count:
            words.append(_(said).format(count=count))
    if mailing.skipped:
        each = ", ".join(f"{count} {_(GATES[gate])}" for gate, count in sorted(mailing.skipped.items(), key=lambda one: -one[1]))
        words.append(_("skipped: {each}").format(each=each))
    return " · ".join(words)


def proof_words(proof: Proof) -> str:
    """What is special in a letter of one made-up reader."""
    words = [proof.subject]
    for choice in proof.choices:
        if choice.rule:
            why = f" ({choice.reason.sentence(_)})" if choice.reason is not None else ""
            words.append(f"{choice.block}: {choice.rule}{why}")
        elif choice.products:
            words.append(", ".join(choice.products[:3]) + ("…" if len(choice.products) > 3 else ""))
        elif choice.block != LIST:
            words.append(_("{block}: the default").format(block=choice.block))
    if not proof.inside:
        words.insert(0, _("not in the segment"))
    return " · ".join(words)


TOOL_PROBLEM = N_("it cannot be told now ({problem})")
TOOL_PROBLEMS = {
    "key": N_("it does not take its key: look at key_file in the server's settings"),
    "unreachable": N_("it does not answer; it is tried again"),
}


def tool_words(now: ToolNow) -> str:
    """How a mail tool stands."""
    if not now.on:
        words = [_("off"), _("{count} would go").format(count=now.waits)]
    else:
        words = [_("{count} on its list").format(count=now.there)]
        if now.waits:
            words.append(_("{count} waiting").format(count=now.waits))
    for count, said in (
        (now.refused, N_("{count} it does not take")),
        (now.taken, N_("{count} said no to it, and get nothing from here either")),
        (now.leaving, N_("{count} to be deleted there")),
    ):
        if count:
            words.append(_(said).format(count=count))
    if now.problem:
        words.append(tool_problem(now))
    return " · ".join(words)


def tool_problem(now: ToolNow) -> str:
    """Why it is not told."""
    return _(TOOL_PROBLEMS.get(now.problem, TOOL_PROBLEM)).format(problem=now.problem)


def topic_name(topic: str, state: State) -> str:
    """What a topic is called; its id where nobody made it yet."""
    return next((one.topic.name for one in state.newsletters.topics if one.topic.id == topic), topic)
