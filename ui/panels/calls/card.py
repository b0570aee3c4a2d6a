"""Who the customer is: what their page tells, and what they let it tell."""

from functools import partial
from typing import Literal

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout

from studio import i18n
from studio.commands.call import CallAsk
from studio.i18n import _
from studio.queries.call import CallCustomer, Caller
from studio.show.call import Agreement, Call
from studio.state import Calls, State
from ui import theme
from ui.advisor_tools import AdvisorTools
from ui.bridge import Bridge
from ui.models.call_words import (
    ASKED,
    KINDS,
    PERMISSIONS,
    consent_words,
    customer,
    duration,
    in_call,
    language_name,
    looks_at,
    name_of,
    needs_help,
    phase,
    topic_name,
)
from ui.widgets.button import Button
from ui.widgets.facts import Fact, Facts
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import ElidedLabel, label
from ui.widgets.panel import Panel, show_if

SEEN_SHOWN = 6
AGAIN_MS = 15_000


class CardPanel(Panel):
    """The customer that rings here, or that one talks with."""

    def __init__(self, bridge: Bridge, desk: AdvisorTools) -> None:
        super().__init__()
        self.setAccessibleName(_("Customer"))
        self._bridge, self._desk = bridge, desk
        self._asked = ("", "", "")
        """Of which call the brand's knowledge was asked for, in which state, under which consent."""
        self._again = QTimer(self)
        """What they take back on another page, or say by logging in, is seen as well."""
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._ask_again)
        self._again.start()
        self._caller: Caller | None = None
        self.name = ElidedLabel("heading")
        self.kind = ElidedLabel("muted")
        self.facts = Facts()
        self.note = label("heading", wrap=True)
        self.camera = Button(
            _("Help with the camera"),
            lambda: bridge.run(CallAsk(ask="camera")),
            kind="small",
            tip=_("Shows them on their page how to turn the camera on"),
        )
        self.microphone = Button(
            _("Help with the microphone"),
            lambda: bridge.run(CallAsk(ask="microphone")),
            kind="small",
            tip=_("Shows them on their page how to turn the microphone on"),
        )
        self.empty = label("muted", wrap=True)
        self.empty.setText(_("Who rings stands here: what they look at, their cart, and what they let you know."))
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self.name)
        head.addWidget(self.kind, 1)
        helps = FlowLayout(spacing=6)
        helps.addWidget(self.camera)
        helps.addWidget(self.microphone)
        self.body.addLayout(head)
        self.body.addWidget(self.empty)
        self.body.addWidget(self.note)
        self.body.addWidget(self.facts)
        self.body.addLayout(helps)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        call = state.advising.call
        for widget in (self.name, self.kind, self.facts):
            show_if(widget, call is not None)
        show_if(self.empty, call is None)
        helped = in_call(state.advising) if not offers_help(state) else None
        show_if(self.camera, helped is not None and helped.kind == "video" and needs_help(helped.card.camera))
        sounds = helped is not None and helped.kind in ("video", "sound")
        show_if(self.microphone, sounds and helped is not None and needs_help(helped.card.microphone))
        show_if(self.note, call is not None and bool(call.note))
        if call is None:
            return
        self.name.setText(name_of(call))
        self.kind.setText(_(KINDS[call.kind]))
        self.note.setText(_("Note: {text}").format(text=" ".join(call.note.split())))
        self._ask(call)
        self.facts.show_facts(facts_of(call, state.calls, state.advising.asked) + known_of(self._caller))

    def _ask(self, call: Call) -> None:
        """What the brand knows of them, once they are talked with, and again when they agree to something else."""
        asked = call.id, call.state, call.consent
        if asked == self._asked:
            return
        here = call.state in ("live", "away") and "-" not in call.consent[:2]
        if not here or call.id != self._asked[0]:
            self._caller = None
        self._asked = asked
        if here:
            self._look(asked)

    def _ask_again(self) -> None:
        call = self._bridge.state.advising.call
        if call is not None and call.state == "live" and self._asked == (call.id, call.state, call.consent):
            self._look(self._asked)

    def _look(self, asked: tuple[str, str, str]) -> None:
        language: Literal["en", "da"] = "da" if i18n.language() == "da" else "en"
        self._bridge.peek(CallCustomer(language=language), partial(self._told, asked))

    def _told(self, asked: tuple[str, str, str], caller: Caller | None) -> None:
        if asked == self._asked and caller != self._caller:
            self._caller = caller
            self.refresh(self._bridge.state)


def offers_help(state: State) -> bool:
    """Whether the picture's place says so already: there is none, and why."""
    remote = customer(state)
    return phase(state) == "live" and (remote is None or not remote.picture)


def _permissions(call: Call) -> list[Fact]:
    """What their browser lets the page have; one row where it is the same for both."""
    card = call.card
    if card.camera == card.microphone == "granted":
        return [(_("Camera and microphone"), _(PERMISSIONS[card.camera]), "value")]
    seen = "warn" if call.kind == "video" and needs_help(card.camera) else "value"
    heard = "warn" if call.kind in ("video", "sound") and needs_help(card.microphone) else "value"
    rows: list[Fact] = [
        (_("Camera"), _(PERMISSIONS[card.camera]) if card.camera != "unknown" else "", seen),
        (_("Microphone"), _(PERMISSIONS[card.microphone]) if card.microphone != "unknown" else "", heard),
    ]
    return rows


def known_of(caller: Caller | None) -> list[Fact]:
    """What the brand knows of them as rows; nothing where they do not let it be used."""
    if caller is None or not caller.known:
        return []
    picks = "; ".join(f"{one.title} ({one.why})" for one in caller.list)
    facts: list[Fact] = [
        (_("Segments"), ", ".join(caller.segments), "value"),
        (_("Likes"), ", ".join(caller.likes), "value"),
        (_("Visits"), str(caller.visits or ""), "value"),
        (_("Orders"), str(caller.orders or ""), "value"),
        (_("For them"), picks, "value"),
    ]
    return [fact for fact in facts if fact[1]]


def facts_of(call: Call, calls: Calls, asked: tuple[Agreement, ...]) -> list[Fact]:
    """The card as rows; what nobody told is left out."""
    card = call.card
    seen = list(dict.fromkeys(product.title or product.id for product in reversed(card.seen)))[:SEEN_SHOWN]
    waited = duration((call.answered_ms or call.since_ms) - call.entered_ms) if call.answered_ms is not None else ""
    facts: list[Fact] = [
        (_("Asks about"), topic_name(calls, call.topic), "value"),
        (_("Looks at"), looks_at(call), "value"),
        (_("In this visit"), ", ".join(seen), "value"),
        *((" ".join(name.split()), " ".join(value.split()), "value") for name, value in card.extra.items()),
        (_("Language"), language_name(call.language), "value"),
        (_("Waited"), waited, "value"),
        (_("Consent"), consent_words(call.consent), "value"),
    ]
    if call.kind != "text":
        facts += _permissions(call)
    answers = {None: (_("asked, no answer yet"), "value"), True: (_("said yes"), "ok"), False: (_("said no"), "warn")}
    facts += [(_(ASKED[one.ask]), *answers[one.yes]) for one in asked]
    return [fact for fact in facts if fact[1]]
