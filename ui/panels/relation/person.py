"""One person: what they agreed to, where they stand, what they did, and what they are shown with the gate of each other rule."""

from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from studio.i18n import _
from studio.queries.relation import Person, ProfileLook
from studio.state import State
from ui import theme
from ui.bridge import Bridge
from ui.models.relation_words import GATES, KINDS, PURPOSES, deed_words, slot_words
from ui.widgets.button import Button
from ui.widgets.facts import Fact, Facts
from ui.widgets.form import NoWheel
from ui.widgets.label import label
from ui.widgets.panel import Panel, column, scrolled

DEEDS = 20


class PersonPanel(Panel):
    """Asks for one person at a time; it is written down who looked."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(_("Person"))
        self._bridge = bridge
        self.by = NoWheel(
            _("Look up by"),
            [(_("Customer number"), "customer"), (_("E-mail"), "email"), (_("Visitor"), "visitor"), (_("Profile"), "profile")],
        )
        self.who = QLineEdit()
        self.who.setAccessibleName(_("Who"))
        self.who.setPlaceholderText(_("Who"))
        self.who.setMaxLength(254)
        self.who.returnPressed.connect(self.look)
        self.go = Button(_("Look up"), self.look, kind="small", tip=_("Who looked is written down"))
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        row.addWidget(self.by)
        row.addWidget(self.who, 1)
        row.addWidget(self.go)
        self.body.addLayout(row)
        words = _("Look somebody up to see what is known of them, and why they are shown what they are shown.")
        self.empty = label("muted", words, wrap=True)
        self.about = Facts()
        self.parts = {name: label("small", wrap=True) for name in ("segments", "personas", "slots", "deeds")}
        self.heads = {
            "segments": label("heading", _("Segments")),
            "personas": label("heading", _("Personas")),
            "slots": label("heading", _("What they are shown")),
            "deeds": label("heading", _("What they did last")),
        }
        widgets = [widget for name in self.parts for widget in (self.heads[name], self.parts[name])]
        inner = column(self.empty, self.about, *widgets, spacing=6)
        rows = inner.layout()
        assert isinstance(rows, QVBoxLayout)
        rows.addStretch(1)
        self.body.addWidget(scrolled(inner), 1)
        self._show(None)

    def refresh(self, state: State) -> None:
        """Nothing of it follows the state: who is looked up is looked up once."""

    def look(self, profile: str = "") -> None:
        """Ask for them."""
        if profile:
            query = ProfileLook(profile=profile)
        elif not self.who.text().strip():
            return
        else:
            query = ProfileLook(find=self.who.text().strip(), by=self.by.currentData())
        self._bridge.run(query, self._show)

    def _show(self, person: Person | None) -> None:
        self.empty.setVisible(person is None)
        for widget in (self.about, *self.parts.values(), *self.heads.values()):
            widget.setVisible(person is not None)
        if person is None:
            return
        self.about.show_facts(self._facts(person))
        self.parts["segments"].setText("\n".join(self._segments(person)) or _("none"))
        personas = self._personas(person)
        self.parts["personas"].setText("\n".join(personas))
        for widget in (self.heads["personas"], self.parts["personas"]):
            widget.setVisible(bool(personas))
        self.parts["slots"].setText("\n".join(self._slots(person)) or _("no rule yet"))
        self.parts["deeds"].setText("\n".join(self._deeds(person)) or _("nothing yet"))

    @staticmethod
    def _facts(person: Person) -> list[Fact]:
        agreed = [_(name) for purpose, name in PURPOSES.items() if person.consents.get(purpose)]
        likes = [f"{what} {round(100 * share)} %" for what, share in person.likes.get("category", ())[:3]]
        return [
            (_("Agrees to"), ", ".join(agreed) or _("nothing"), "value" if agreed else "warn"),
            (_("Is"), _(KINDS[person.kind]) + (f" ({person.why})" if person.why else ""), "value"),
            (_("Devices"), ", ".join(sorted(filter(None, person.devices.values()))) or "–", "value"),
            (_("Visits"), str(person.sessions), "value"),
            (_("Orders"), str(person.orders), "value"),
            (_("Likes"), ", ".join(likes) or "–", "value"),
            (_("Known by"), ", ".join(value for _kind, value, _proof in person.identifiers) or _("nothing"), "value"),
        ]

    @staticmethod
    def _segments(person: Person) -> list[str]:
        marks = {True: "✓", False: "–", None: "?"}
        lines = []
        for one in person.segments:
            line = f"{marks[one.inside]} {one.name}: {one.reason.sentence(_)}"
            if one.due_ms is not None:
                line += " · " + _("changes by itself {when}").format(when=_moment(one.due_ms))
            lines.append(line)
        return lines

    def _personas(self, person: Person) -> list[str]:
        """Who is active in each group, and the points of each with what is needed."""
        groups = {group.id: group for group in self._bridge.state.relation.personas}
        lines = []
        for now in person.personas:
            group = groups.get(now.group)
            named = {one.id: one.name for one in group.personas} if group is not None else {}
            points = ", ".join(f"{named.get(id_, id_)} {count}/{now.threshold}" for id_, count in now.points.items())
            active = named.get(now.active, now.active) if now.active else _("nobody yet")
            lines.append(f"{group.name if group is not None else now.group}: {active} ({points})")
        return lines

    @staticmethod
    def _slots(person: Person) -> list[str]:
        lines = []
        for slot in person.slots:
            shown = slot.rule or _("the default")
            lines.append(f"{slot_words(slot.slot)}: {shown} ({slot.reason.sentence(_)})")
            lines += [f"   ✕ {name}, {_(GATES[gate])}: {reason.sentence(_)}" for name, gate, reason in slot.stopped]
        return lines

    @staticmethod
    def _deeds(person: Person) -> list[str]:
        return [" ".join((_moment(one.at_ms), deed_words(one.name), ", ".join(one.products))) for one in person.deeds[:DEEDS]]


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000).strftime("%d/%m %H:%M")
