"""A rule: to whom, where, what."""

import re

import msgspec
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from studio.commands.relation import RuleDelete, RuleSave
from studio.i18n import _
from studio.queries.relation import Measured, RuleMeasured
from studio.relation.action import Action, AnyAction, ShowInformation, ShowMessage, ShowProduct
from studio.relation.rule import MESSAGE, PIN, Cap, Rule, Variant
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.kept import KeptDialog
from ui.models.relation_words import id_of, measured_words, slot_words
from ui.widgets.button import Button
from ui.widgets.form import Form, NoWheel, OwnWords, spin
from ui.widgets.label import label

PLACES = (PIN, MESSAGE, "banner")
DISMISSED_DAYS = 30
WHEN = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})")


class RuleDialog(KeptDialog):
    """Other variants than the first are kept as they are."""

    def __init__(self, bridge: Bridge, parent: QWidget, rule: str) -> None:
        found = next((now.rule for now in bridge.state.relation.rules if now.rule.id == rule), None)
        title = _("Rule “{name}”").format(name=found.name) if found is not None else _("New rule")
        super().__init__(parent, title, size=(620, 720))
        self._bridge, self._before = bridge, found
        self.name = self._line(_("Name"), _("For example: member price for serum fans"), 80)
        self._form = Form()
        self.body.addLayout(self._form)
        self._make_where()
        self._make_what()
        self._make_when()
        self.measured = label("muted", wrap=True)
        if found is not None:
            self.body.addWidget(label("heading", _("What it brings")))
            self.body.addWidget(self.measured)
            bridge.run(RuleMeasured(rule=found.id), self._measured)
        self.body.addStretch(1)
        if found is not None:
            self.delete = self.add_button(Button(_("Delete"), self._delete, tip=_("What it has shown stays counted")))
        self.add_button(Button(_("Cancel"), self.reject))
        self.save = self.add_button(Button(_("Save"), self._save, kind="primary"), default=True)
        self.name.textChanged.connect(lambda _text: self._check())
        self.kind.currentIndexChanged.connect(lambda _at: self._turn())
        self.slot.currentTextChanged.connect(lambda _text: self._turn())
        if found is not None:
            self._fill(found)
        self._turn()
        self._check()

    # ── making ───────────────────────────────────────────────────────────────────────────────────────────────

    @staticmethod
    def _line(name: str, hint: str = "", longest: int = 500) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(name)
        made.setPlaceholderText(hint)
        made.setMaxLength(longest)
        return made

    def _make_where(self) -> None:
        relation, shop = self._bridge.state.relation, self._bridge.state.shop
        people = [(_("everybody"), ""), *((now.segment.name, now.segment.id) for now in relation.segments)]
        self.segment = NoWheel(_("To whom"), people)
        used = {now.rule.slot for now in relation.rules}
        used.update(slot for one in self._bridge.state.newsletters.newsletters for slot in one.slots)
        self.slot = OwnWords(_("Where"), [(slot_words(slot), slot) for slot in (*PLACES, *sorted(used - set(PLACES)))])
        self.replaces = NoWheel(_("Instead of"), [(_("whatever is pinned"), ""), *((p.title, p.id) for p in shop.products)])
        for name, control in (
            (_("Name"), self.name),
            (_("To whom"), self.segment),
            (_("Where"), self.slot),
            (_("Instead of"), self.replaces),
        ):
            self._form.add(name, control)

    def _make_what(self) -> None:
        shop = self._bridge.state.shop
        kinds = [(_("a product"), "product"), (_("an information"), "information"), (_("a message"), "message")]
        self.kind = NoWheel(_("What"), kinds)
        self.product = OwnWords(_("Product"), [(product.title, product.id) for product in shop.products])
        self.title = self._line(_("Heading"), longest=120)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(_("Text"))
        self.text.setTabChangesFocus(True)
        self.text.setMaximumHeight(theme.px(80))
        self.link = self._line(_("Link"), "https://…")
        self.link_text = self._line(_("Words of the link"), _("Read more"), 120)
        for name, control in (
            (_("What"), self.kind),
            (_("Product"), self.product),
            (_("Heading"), self.title),
            (_("Text"), self.text),
            (_("Link"), self.link),
            (_("Words of the link"), self.link_text),
        ):
            self._form.add(name, control)

    def _make_when(self) -> None:
        hint = _("2026-12-24 20:00, or empty")
        self.begins, self.ends = self._line(_("From"), hint, 16), self._line(_("Until"), hint, 16)
        self.times, self.days = self._number(_("At most, times (0: any)"), 0, 1000), self._number(_("in days"), 1, 365)
        self.days.setValue(7)
        self.holdback = self._number(_("Held back, per cent"), 0, 90)
        self.goal = NoWheel(_("Goal"), [(_("they buy"), "order"), (_("they put something into the cart"), "cart")])
        self.goal_days = self._number(_("within days"), 1, 90)
        self.goal_days.setValue(7)
        self.usual = self._share(_("Usual rate, per cent"), 3.0)
        self.least = self._share(_("Smallest change worth knowing, points"), 1.0)
        self.on = QCheckBox(_("In use"))
        self.on.setChecked(True)
        for name, control in (
            (_("From"), self.begins),
            (_("Until"), self.ends),
            (_("At most, times (0: any)"), self.times),
            (_("in days"), self.days),
            (_("Held back, per cent"), self.holdback),
            (_("Goal"), self.goal),
            (_("within days"), self.goal_days),
            (_("Usual rate, per cent"), self.usual),
            (_("Smallest change worth knowing, points"), self.least),
            ("", self.on),
        ):
            self._form.add(name, control)

    @staticmethod
    def _number(name: str, low: int, high: int) -> QSpinBox:
        box = spin(name, low, low, high, whole=True)
        assert isinstance(box, QSpinBox)
        return box

    @staticmethod
    def _share(name: str, value: float) -> QDoubleSpinBox:
        box = spin(name, value, 0.1, 99.0, whole=False)
        assert isinstance(box, QDoubleSpinBox)
        return box

    def _fill(self, rule: Rule) -> None:
        self.name.setText(rule.name)
        self.segment.choose(rule.segment)
        self.slot.choose(rule.slot)
        self.replaces.choose(rule.replaces)
        action = rule.variants[0].action
        self.kind.choose(str(type(action).__struct_config__.tag))
        if action.product:
            self.product.choose(action.product)
        self.title.setText(action.title)
        self.text.setPlainText(action.text)
        self.link.setText(getattr(action, "link", ""))
        self.link_text.setText(getattr(action, "link_text", ""))
        self.begins.setText(rule.begins.replace("T", " "))
        self.ends.setText(rule.ends.replace("T", " "))
        self.times.setValue(rule.cap.times if rule.cap is not None else 0)
        self.days.setValue(rule.cap.days if rule.cap is not None else 7)
        self.holdback.setValue(rule.holdback)
        self.goal.choose(rule.goal)
        self.goal_days.setValue(rule.goal_days)
        self.usual.setValue(rule.usual)
        self.least.setValue(rule.least)
        self.on.setChecked(rule.on)

    def _measured(self, found: Measured) -> None:
        assert self._before is not None
        self.measured.setText(measured_words(found, self._before))

    # ── following ────────────────────────────────────────────────────────────────────────────────────────────

    def _turn(self) -> None:
        """Show what the kind and the place have."""
        product = self.kind.currentData() == "product"
        for control, shown in ((self.product, product), (self.link, not product), (self.link_text, not product)):
            self._form.setRowVisible(control, shown)
        self.replaces.setEnabled(self.slot.value == PIN)

    def _check(self) -> None:
        self.save.setEnabled(bool(self.name.text().strip()))

    # ── keeping ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def action(self) -> AnyAction:
        """As it is written."""
        before: Action | None = self._before.variants[0].action if self._before is not None else None
        title, text = self.title.text().strip(), self.text.toPlainText().strip()
        if self.kind.currentData() == "product":
            code = before.code if isinstance(before, ShowProduct) else ""
            return ShowProduct(id=self.product.value, code=code, title=title, text=text)
        kind: type[ShowInformation | ShowMessage] = ShowInformation if self.kind.currentData() == "information" else ShowMessage
        made = before if isinstance(before, kind) else kind()
        link, words = self.link.text().strip(), self.link_text.text().strip()
        return msgspec.structs.replace(made, title=title, text=text, link=link, link_text=words)

    def _save(self) -> None:
        name = self.name.text().strip()
        taken = {now.rule.id for now in self._bridge.state.relation.rules}
        before = self._before
        others = before.variants[1:] if before is not None else ()
        first = before.variants[0] if before is not None else Variant(id="a", action=ShowMessage())
        try:
            made = Rule(
                id=before.id if before is not None else id_of(name, taken),
                name=name,
                slot=self.slot.value,
                segment=self.segment.currentData(),
                variants=(msgspec.structs.replace(first, action=self.action), *others),
                begins=_wall(self.begins.text()),
                ends=_wall(self.ends.text()),
                cap=Cap(times=self.times.value(), days=self.days.value()) if self.times.value() else None,
                holdback=self.holdback.value(),
                goal=self.goal.currentData(),
                goal_days=self.goal_days.value(),
                usual=self.usual.value(),
                least=self.least.value(),
                show=before.show if before is not None else "",
                dismissed_days=before.dismissed_days if before is not None else DISMISSED_DAYS,
                replaces=self.replaces.currentData() if self.slot.value == PIN else "",
                on=self.on.isChecked(),
            )
            made = msgspec.convert(msgspec.to_builtins(made), Rule)
        except msgspec.ValidationError as error:
            self._say(str(error))
            return
        self._bridge.attempt(RuleSave(rule=made, since=before.version if before is not None else 0), self._done, alone=True)

    def _delete(self) -> None:
        assert self._before is not None
        self._bridge.attempt(RuleDelete(rule=self._before.id), self._done, alone=True)


def _wall(text: str) -> str:
    """`2026-12-24 20:00` as rules keep it; what is none is left for the rule to refuse."""
    found = WHEN.fullmatch(text.strip())
    return f"{found[1]}T{found[2]}" if found else text.strip()
