"""The brand's rules in their one order: the first that fits somebody is what they are shown."""

from functools import partial

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSpinBox, QVBoxLayout

from studio.commands.relation import RelationMeasure, RuleOrder, RuleSave
from studio.i18n import _
from studio.state import State
from studio.state.relation import RuleNow
from ui import theme
from ui.bridge import Bridge
from ui.models.relation_words import action_words, rule_words
from ui.widgets.button import Button, ElidedButton
from ui.widgets.form import spin
from ui.widgets.label import label
from ui.widgets.panel import Panel, column, scrolled
from ui.widgets.rows import match_rows


class RuleRow(QFrame):
    """One rule: its name opens it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("step")
        self.name = ElidedButton("", kind="plain")
        self.on = Button("", kind="tool")
        self.up = Button("↑", kind="tool")
        self.down = Button("↓", kind="tool")
        self.words = label("small", wrap=True)
        self.shown = label("small", wrap=True)
        self.problem = label("warn", wrap=True)
        top = QHBoxLayout()
        top.setSpacing(theme.px(4))
        top.addWidget(self.name, 1)
        for button in (self.on, self.up, self.down):
            top.addWidget(button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(theme.px(4), theme.px(4), theme.px(8), theme.px(6))
        rows.setSpacing(theme.px(2))
        rows.addLayout(top)
        for line in (self.words, self.shown, self.problem):
            line.setContentsMargins(theme.px(6), 0, 0, 0)  # below the name, which is a button
            rows.addWidget(line)

    def show_rule(self, now: RuleNow, state: State) -> None:
        """How it stands."""
        rule = now.rule
        segments = {one.segment.id: one.segment for one in state.relation.segments}
        self.name.set_words(rule.name)
        self.name.set_tip(_("Change {name}").format(name=rule.name))
        self.on.setText(_("On") if rule.on else _("Off"))
        self.on.set_kind("tool" if rule.on else "tool-on")
        self.on.set_tip(_("Switch {name} on or off").format(name=rule.name))
        self.up.set_tip(_("{name} before the one above").format(name=rule.name))
        self.down.set_tip(_("{name} after the one below").format(name=rule.name))
        self.words.setText(f"{rule_words(rule, segments)} · {action_words(rule.variants[0].action)}")
        shown, clicked = sum(now.shown.values()), sum(now.clicked.values())
        share = f" ({round(100 * clicked / shown)} %)" if shown else ""
        words = _("shown {shown} ×, followed {clicked} ×").format(shown=shown, clicked=clicked) + share
        if now.held:
            words += " · " + _("held back {count} ×").format(count=now.held)
        self.shown.setText(words)
        self.problem.setText(_(now.problem) if now.problem else "")
        self.problem.setVisible(bool(now.problem))


class RulesPanel(Panel):
    """`opened` with a rule's id; empty: a new one is wanted."""

    opened = Signal(str)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(_("Rules"), headed=False)
        self._bridge = bridge
        self.add = Button("+ " + _("Rule"), lambda: self.opened.emit(""), kind="small", tip=_("Show somebody something"))
        self.tools.addWidget(self.add)
        words = _("A rule shows a product, an information or a message to a segment: on a page of the shop, or in the show.")
        self.empty = label("muted", words, wrap=True)
        inner = column(self.empty, spacing=2)
        rows = inner.layout()
        assert isinstance(rows, QVBoxLayout)
        self._list = rows
        self._list.addStretch(1)
        self._rows: dict[str, RuleRow] = {}
        self.body.addWidget(scrolled(inner), 1)
        self.standing = label("small", wrap=True)
        name = _("Of everybody, held back from all rules, per cent")
        box = spin(name, 0, 0, 90, whole=True)
        assert isinstance(box, QSpinBox)
        self.holdback = box
        self.holdback.setToolTip(_("They see no rule with a segment, so that it can be measured what rules bring"))
        self.holdback.editingFinished.connect(self._hold_back)
        row = QHBoxLayout()
        row.addWidget(label("small", name, wrap=True), 1)
        row.addWidget(self.holdback)
        self.body.addWidget(self.standing)
        self.body.addLayout(row)

    @property
    def rows(self) -> list[RuleRow]:
        """In their order."""
        return list(self._rows.values())

    def refresh(self, state: State) -> None:
        """Show `state`."""
        found = {now.rule.id: now for now in state.relation.rules}
        match_rows(self._list, self._rows, list(found), self._make, 1)
        names = list(found)
        for place, (name, row) in enumerate(self._rows.items()):
            row.show_rule(found[name], state)
            row.up.setEnabled(place > 0)
            row.down.setEnabled(place < len(names) - 1)
        self.empty.setVisible(not found)
        self.standing.setText(_("The first rule that fits is shown; rules with an end come first."))
        if not self.holdback.hasFocus() and self.holdback.value() != round(state.relation.holdback):
            before = self.holdback.blockSignals(True)
            self.holdback.setValue(round(state.relation.holdback))
            self.holdback.blockSignals(before)

    def _hold_back(self) -> None:
        """Once the whole number is there: each change begins measuring anew."""
        if self.holdback.value() != round(self._bridge.state.relation.holdback):
            self._bridge.run(RelationMeasure(holdback=self.holdback.value()))

    def _make(self, name: str) -> RuleRow:
        made = RuleRow()
        made.name.clicked.connect(lambda: self.opened.emit(name))
        made.on.clicked.connect(partial(self._switch, name))
        made.up.clicked.connect(partial(self._move, name, -1))
        made.down.clicked.connect(partial(self._move, name, 1))
        return made

    def _switch(self, name: str) -> None:
        found = next((now.rule for now in self._bridge.state.relation.rules if now.rule.id == name), None)
        if found is not None:
            self._bridge.run(RuleSave(rule=msgspec.structs.replace(found, on=not found.on), since=found.version))

    def _move(self, name: str, by: int) -> None:
        names = [now.rule.id for now in self._bridge.state.relation.rules]
        place = names.index(name)
        if 0 <= place + by < len(names):
            names[place], names[place + by] = names[place + by], names[place]
            self._bridge.run(RuleOrder(rules=tuple(names)))
