"""Whose a visitor is: identifiers with their proof, and what may be joined to what.

A profile is a map over visitors; behaviours keep theirs for ever. So a merge is one row, and a split takes it back.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from studio.errors import InvalidValue
from studio.i18n import N_
from studio.relation.reason import Reason

Kind = Literal["customer", "email", "phone"]
Proof = Literal["login", "signed", "link", "typed", "order"]
STRONG: frozenset[str] = frozenset({"login", "signed", "link"})
"""Told by the brand's own server, or confirmed by a link in an e-mail. What is only typed attaches nothing."""
MOST: Mapping[str, int] = {"customer": 1, "email": 5, "phone": 5, "visitor": 20}
_NOBODY = re.compile(
    r"[0-]*|-?1|true|false|null|none|nil|undefined|nan|guest|anonymous|unknown|id|email|e-mail|test|visitor|customer|user"
    r"|\[object object\]|distinct_id|anonymous_id|\{\{.*\}\}|\$\{.*\}"
)
_MAIL = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]{1,189}\.[^@\s<>.]{2,63}")


class Identifier(Struct, frozen=True, kw_only=True):
    """A key that leads to a profile; `value` in its normal form."""

    kind: Kind
    value: str
    proof: Proof

    @property
    def strong(self) -> bool:
        """Whether it attaches."""
        return self.proof in STRONG


def normal(kind: Kind, value: str) -> str:
    """The one form in which values are compared: `"456"` is not `"user-456"`. Raises `InvalidValue` for what is nobody's, such as
    `undefined`."""
    text = unicodedata.normalize("NFC", value.strip())
    if kind == "email":
        name, _, domain = text.rpartition("@")
        text = f"{name}@{domain.lower()}"
        if not _MAIL.fullmatch(text):
            raise InvalidValue(N_("This is no e-mail address"), field="email")
    elif kind == "phone":
        text = re.sub(r"[\s().-]", "", text)
        text = "+" + text[2:] if text.startswith("00") else text
        if not re.fullmatch(r"\+?\d{6,15}", text):
            raise InvalidValue(N_("This is no telephone number"), field="phone")
    if not text or len(text) > 200 or _NOBODY.fullmatch(text.casefold()):
        raise InvalidValue("{value} says nothing about who it is", field=kind, value=text[:40] or "“”")
    return text


class Person(Struct, frozen=True, kw_only=True):
    """A profile, as far as joining goes."""

    profile: str
    visitors: frozenset[str] = frozenset()
    retired: frozenset[str] = frozenset()
    """Those of them that nobody comes as any more."""
    identifiers: frozenset[tuple[str, str]] = frozenset()

    @property
    def customer(self) -> str:
        """The brand's own id of them; empty while they are not known."""
        return next((value for kind, value in sorted(self.identifiers) if kind == "customer"), "")

    @property
    def known(self) -> bool:
        """Whether anything says who they are."""
        return bool(self.identifiers)


class Attached(Struct, frozen=True, kw_only=True):
    """What becomes of a visitor who is told to be somebody. `fresh`: a new token, whose behaviours are the new person's. With
    `notice` staff are told."""

    do: Literal["keep", "attach", "merge", "fresh", "wait", "refuse"]
    into: str = ""
    reason: Reason
    notice: bool = False


def attach(identifier: Identifier, here: Person, owner: Person | None) -> Attached:
    """A visitor whose profile is `here` turns out to be who `identifier` says, which is `owner`'s when anybody's.

    anonymous + known → known; known + known never by itself; who only typed it waits until it is confirmed.
    """
    if not identifier.strong:
        return Attached(do="wait", reason=Reason(N_("typed, not confirmed")))
    other = identifier.kind == "customer" and here.customer not in ("", identifier.value)
    if other:
        reason = Reason(N_("the token is another customer's: a new visitor begins"))
        return Attached(do="fresh", into=owner.profile if owner else "", reason=reason, notice=True)
    if owner is None:
        count = sum(1 for kind, _ in here.identifiers if kind == identifier.kind)
        if count >= MOST[identifier.kind]:
            reason = Reason(N_("more than {most} of {kind}"), {"most": MOST[identifier.kind], "kind": identifier.kind})
            return Attached(do="refuse", reason=reason, notice=True)
        return Attached(do="attach", into=here.profile, reason=_proved(identifier))
    if owner.profile == here.profile:
        return Attached(do="keep", into=here.profile, reason=_proved(identifier))
    if here.known:
        reason = Reason(N_("two known profiles are joined by people only"))
        return Attached(do="refuse", into=owner.profile, reason=reason, notice=True)
    if refused := too_much(here, owner):
        return Attached(do="refuse", into=owner.profile, reason=refused, notice=True)
    return Attached(do="merge", into=owner.profile, reason=_proved(identifier))


def too_much(one: Person, other: Person) -> Reason | None:
    """Why two cannot be one person: a limit that would be hit."""
    customers = {value for kind, value in one.identifiers | other.identifiers if kind == "customer"}
    if len(customers) > 1:
        return Reason(N_("two customer numbers"))
    for kind in ("email", "phone"):
        count = len({value for found, value in one.identifiers | other.identifiers if found == kind})
        if count > MOST[kind]:
            return Reason(N_("more than {most} of {kind}"), {"most": MOST[kind], "kind": kind})
    if len((one.visitors - one.retired) | (other.visitors - other.retired)) > MOST["visitor"]:
        return Reason(N_("more than {most} of {kind}"), {"most": MOST["visitor"], "kind": "visitor"})
    return None


def _proved(identifier: Identifier) -> Reason:
    words = {"login": N_("logged in"), "signed": N_("told by the shop"), "link": N_("confirmed by link")}
    return Reason(words[identifier.proof])


class Merge(Struct, frozen=True, kw_only=True):
    """Two profiles were one person: who has joined whom, with which visitors and identifiers, so that it can be taken back."""

    id: str
    source: str
    into: str
    why: str
    by: str
    at_ms: int
    visitors: tuple[str, ...]
    identifiers: tuple[tuple[str, str], ...] = ()
