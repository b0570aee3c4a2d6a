"""Segments, rules and people in words."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime

from studio.i18n import N_, _, language
from studio.queries.relation import Arm, Measured
from studio.relation import condition as kinds
from studio.relation.action import Action, ShowInformation, ShowMessage
from studio.relation.condition import AnyCondition
from studio.relation.match import Match
from studio.relation.names import IN_WORDS
from studio.relation.rule import MESSAGE, PIN, Rule
from studio.relation.segment import Segment
from studio.show.money import price

SLOTS = {PIN: N_("Pinned card in the show"), MESSAGE: N_("Line to them in the show")}
COMPARED = {"at least": N_("at least"), "at most": N_("at most"), "exactly": N_("exactly")}
GATES = {
    "slot": N_("off"),
    "consent": N_("consent"),
    "class": N_("person"),
    "holdback": N_("measuring"),
    "schedule": N_("time"),
    "segment": N_("segment"),
    "product": N_("product"),
    "cap": N_("often enough"),
    "dismissed": N_("closed"),
    "elsewhere": N_("shown elsewhere"),
}
KINDS = {"person": N_("a person"), "likely": N_("likely a robot"), "robot": N_("a robot"), "staff": N_("staff")}
PURPOSES = {"analytics": N_("Analytics"), "personalisation": N_("Personalisation"), "marketing": N_("Marketing")}
PROPERTIES = {
    "campaign": N_("campaign"),
    "utm source": N_("source"),
    "referrer": N_("referring site"),
    "device": N_("device"),
    "language": N_("language"),
    "country": N_("country"),
    "sessions": N_("visits"),
    "orders": N_("orders"),
}


def id_of(name: str, taken: Collection[str]) -> str:
    """An id for what somebody has named so."""
    plain = name.casefold().replace("æ", "ae").replace("ø", "o").replace("å", "a")
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:34] or "a"
    number, made = 1, base
    while made in taken:
        number += 1
        made = f"{base}-{number}"
    return made


def slot_words(slot: str) -> str:
    """A place, as people call it."""
    return _(SLOTS[slot]) if slot in SLOTS else _("Place “{slot}” on the page").format(slot=slot)


def deed_words(name: str) -> str:
    """Something that somebody did."""
    return _(IN_WORDS[name]) if name in IN_WORDS else name


def action_words(action: Action) -> str:
    """What a rule shows."""
    if action.product:
        return _("Product {product}").format(product=action.product)
    words = action.title or action.text
    if isinstance(action, ShowInformation):
        return _("Information: {words}").format(words=words)
    assert isinstance(action, ShowMessage)
    return _("Message: {words}").format(words=words)


def measured_words(found: Measured, rule: Rule) -> str:
    """What a rule brings, in a few lines."""
    if found.since_ms is None:
        return _("Nobody has seen it since it was last changed.")
    lines = [_("Since {day}:").format(day=f"{datetime.fromtimestamp(found.since_ms / 1000):%d.%m.%Y}")]
    if not found.effect and not found.variants:
        lines.append(_("Nobody is held back from it, so what it brings cannot be said."))
    for arms, reason, points in (
        (found.effect, found.effect_reason, found.effect_points),
        (found.variants, found.variants_reason, found.variants_points),
    ):
        lines += [_arm_words(arm, rule) for arm in arms]
        if reason is not None:
            lines.append(_ARMS_SAID.sub(lambda one: _(ARMS[one[0]]), reason.sentence(_)))
        if points is not None:
            words = _("{more} percentage points more ({low} to {high}, 95 %)")
            lines.append(words.format(**dict(zip(("more", "low", "high"), (_decimal(one, "+") for one in points), strict=True))))
    if found.left_out:
        lines.append(_("{count} saw two of them and are counted in none.").format(count=found.left_out))
    return "\n".join(lines)


ARMS = {"held": N_("Held back"), "shown": N_("Saw it")}
_ARMS_SAID = re.compile(r"^(held|shown)\b")


def _decimal(value: float, sign: str = "") -> str:
    """With one digit behind the mark of the person's language."""
    text = f"{value:{sign}.1f}"
    return text.replace(".", ",") if language() == "da" else text


def _arm_words(arm: Arm, rule: Rule) -> str:
    name = _(ARMS[arm.id]) if arm.id in ARMS else arm.id
    share = _decimal(100 * arm.reached / arm.people) if arm.people else "0"
    words = _("{name}: {reached} of {people} reached the goal within {days} days ({share} %)").format(
        name=name, reached=arm.reached, people=arm.people, days=rule.goal_days, share=share
    )
    return f"{words}, {price(arm.value_minor, arm.currency)}" if arm.currency else words


def rule_words(rule: Rule, segments: Mapping[str, Segment]) -> str:
    """To whom it shows what, and where."""
    segment = segments.get(rule.segment)
    whom = segment.name if segment is not None else rule.segment or _("everybody")
    return _("{whom} · {slot}").format(whom=whom, slot=slot_words(rule.slot))


def condition_words(condition: AnyCondition, segments: Mapping[str, Segment]) -> str:
    """What a condition asks, in a sentence."""
    match condition:
        case kinds.Did():
            return _did(condition)
        case kinds.Recency():
            words = (
                N_("{what} less than {days} days ago") if condition.compare == "less" else N_("{what} more than {days} days ago")
            )
            return _(words).format(what=_matched(condition.match), days=condition.days)
        case kinds.Sequence():
            words = _("{first}, then {then} within {minutes} min")
            return words.format(first=_matched(condition.first), then=_matched(condition.then), minutes=condition.within_minutes)
        case kinds.Property():
            name = _(PROPERTIES[condition.name]) if condition.name in PROPERTIES else condition.name
            return f"{name} {_COMPARISONS[condition.compare]} {condition.value}".strip()
        case kinds.Affinity():
            return _("likes {value} (at least {percent} %)").format(value=condition.value, percent=condition.percent)
        case kinds.Rfm():
            asked = {"R": condition.recency, "F": condition.frequency, "M": condition.money}
            classes = " ".join(f"{letter}{number}" for letter, number in asked.items() if number is not None)
            return _("is a customer of class {classes}").format(classes=classes or "–")
        case kinds.TimeOfDay():
            return _("it is between {begins} and {ends}").format(begins=condition.begins, ends=condition.ends)
        case kinds.Consented():
            words = N_("agrees to “{purpose}”") if condition.given else N_("does not agree to “{purpose}”")
            return _(words).format(purpose=_(PURPOSES[condition.purpose]))
        case kinds.InPersona():
            return _("is “{name}”").format(name=condition.persona)
        case kinds.Live():
            return _("watches a show for at least {seconds} s").format(seconds=condition.seconds)
        case kinds.InSegment():
            segment = segments.get(condition.segment)
            words = N_("is in “{name}”") if condition.inside else N_("is not in “{name}”")
            return _(words).format(name=segment.name if segment is not None else condition.segment)
        case kinds.Not():
            return _("not: {what}").format(what=condition_words(condition.of, segments))
        case kinds.All() | kinds.Any():
            link = _(" and ") if isinstance(condition, kinds.All) else _(" or ")
            return link.join(condition_words(part, segments) for part in condition.of) or _("nothing")


_COMPARISONS = {
    "is": "=",
    "is not": "≠",
    "contains": "∋",
    "begins with": "^",
    "at least": "≥",
    "at most": "≤",
    "is empty": "= ∅",
}


def _did(condition: kinds.Did) -> str:
    often = f"{_(COMPARED[condition.compare])} {condition.times} ×"
    if condition.minutes is not None:
        when = _("in the last {minutes} min").format(minutes=condition.minutes)
    elif condition.days is not None:
        when = _("in the last {days} days").format(days=condition.days)
    else:
        when = ""
    return " ".join(filter(None, (_matched(condition.match), often, when)))


def _matched(match: Match) -> str:
    about = ", ".join((*match.products, *match.categories, *match.brands, *match.shows))
    words = " / ".join(deed_words(name) for name in match.names)
    return f"{words} ({about})" if about else words
