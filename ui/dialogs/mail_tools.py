"""Mail tools that the brand writes with as well: what would go to each, and whether it does."""

from functools import partial

from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.commands.newsletter import MailToolSwitch
from studio.i18n import _
from studio.queries.newsletter import LookedUp, MailToolDiff, ToolDiff
from studio.state import State
from studio.state.newsletters import ToolNow
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.models.newsletter_words import tool_words, topic_name
from ui.widgets.button import Button
from ui.widgets.label import label
from ui.widgets.rows import match_rows

KINDS = {"klaviyo": "Klaviyo", "brevo": "Brevo", "mailchimp": "Mailchimp"}


class ToolCard(QFrame):
    """One of them. Which segments it may know is kept as soon as it is chosen; it begins when somebody has seen what would go."""

    def __init__(self, bridge: Bridge, name: str) -> None:
        super().__init__()
        self.setObjectName("step")
        self._bridge = bridge
        self._name = name
        self._now: ToolNow | None = None
        self.heading = label("heading")
        self.standing = label("small", wrap=True)
        self.segments = QVBoxLayout()
        self._boxes: dict[str, QCheckBox] = {}
        self.may_know = label("muted", _("It may know who is in:"))
        self.found = label("small", wrap=True)
        self.found.hide()
        self.look = Button(_("Look what would go"), self._look, kind="small", tip=_("The tool is asked; nothing changes there"))
        self.switch = Button("", self._switch, kind="small")
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.look)
        buttons.addWidget(self.switch)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(*([theme.px(10)] * 4))
        rows.setSpacing(theme.px(6))
        for one in (self.heading, self.standing, self.may_know):
            rows.addWidget(one)
        rows.addLayout(self.segments)
        rows.addWidget(self.found)
        rows.addLayout(buttons)

    def show_tool(self, now: ToolNow, state: State) -> None:
        """How it stands."""
        self._now = now
        self.heading.setText(f"{KINDS[now.kind]} · {topic_name(now.topic, state)}")
        self.standing.setText(tool_words(now))
        self.switch.setText(_("Stop") if now.on else _("Start"))
        self.switch.set_tip(
            _("It is told nothing more; who is on its list stays there")
            if now.on
            else _("From now on its list is kept as yours is: look first what would go")
        )
        self.look.setVisible(not now.on)
        if now.on:
            self.found.hide()  # it has gone
        self.switch.setEnabled(now.on or self.found.isVisibleTo(self))
        names = {one.segment.id: one.segment.name for one in state.relation.segments}
        match_rows(self.segments, self._boxes, list(names), self._box, 0)
        for segment, box in self._boxes.items():
            box.setText(names[segment])
            box.blockSignals(True)
            box.setChecked(segment in now.segments)
            box.blockSignals(False)
        self.may_know.setVisible(bool(names))

    def _box(self, segment: str) -> QCheckBox:
        made = QCheckBox()
        made.toggled.connect(partial(self._choose, segment))
        return made

    def _choose(self, segment: str, chosen: bool) -> None:
        now = self._now
        if now is not None:
            self.found.hide()  # it was of other segments
            self.switch.setEnabled(now.on)
            ticked = tuple(one for one, box in self._boxes.items() if box.isChecked())
            self._bridge.run(MailToolSwitch(tool=self._name, segments=ticked))

    def _look(self) -> None:
        now = self._now
        if now is not None:
            self._bridge.run(MailToolDiff(tool=self._name, segments=now.segments), self._looked)

    def _looked(self, diff: ToolDiff) -> None:
        self.found.setText("\n".join([diff_words(diff), *(f"{one.address} · {person_words(one)}" for one in diff.looked_up)]))
        self.found.show()
        self.switch.setEnabled(True)

    def _switch(self) -> None:
        now = self._now
        if now is not None:
            self.found.hide()
            self._bridge.run(MailToolSwitch(tool=self._name, on=not now.on))


def diff_words(diff: ToolDiff) -> str:
    """How many would go, and how the first of them stand there."""
    if not diff.count:
        return _("Nobody subscribes to this topic yet")
    out = sum(one.stays_out for one in diff.looked_up)
    there = sum(one.there and not one.stays_out for one in diff.looked_up)
    words = _(
        "{count} would go. Of the first {looked}: {fresh} new there, {there} there already, {out} said no to it and stay out."
    )
    looked = len(diff.looked_up)
    return words.format(count=diff.count, looked=looked, fresh=looked - there - out, there=there, out=out)


def person_words(one: LookedUp) -> str:
    """How somebody stands there."""
    if one.stays_out:
        return _("said no to it: gets nothing, from here neither")
    return " · ".join([_("there already") if one.there else _("new there"), *one.segments])


class MailToolsDialog(Dialog):
    """All that the server's settings name."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        words = _(
            "They get everybody who subscribes here. Whoever says no to them gets nothing from here either, and nobody who left "
            "is brought back."
        )
        super().__init__(parent, _("Mail tools"), words, size=(620, 560))
        self._bridge = bridge
        self.empty = label("muted", _("None is set: name one under [[mail_tool]] in the server's settings"), wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(10))
        self.cards: dict[str, ToolCard] = {}
        self.body.addLayout(self._list)
        self.body.addWidget(self.empty)
        self.body.addStretch(1)
        self.add_button(Button(_("Close"), self.accept))
        bridge.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        state = self._bridge.state
        found = {one.name: one for one in state.newsletters.tools}
        match_rows(self._list, self.cards, list(found), lambda name: ToolCard(self._bridge, name), 0)
        for name, card in self.cards.items():
            card.show_tool(found[name], state)
        self.empty.setVisible(not found)
