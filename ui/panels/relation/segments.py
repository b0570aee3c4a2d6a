"""The brand's segments: how many people are in each, and what uses it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from studio.i18n import _
from studio.state import State
from studio.state.relation import Relation, SegmentNow
from ui import theme
from ui.models.relation_words import condition_words
from ui.widgets.button import Button, ElidedButton
from ui.widgets.label import label
from ui.widgets.panel import Panel, column, scrolled
from ui.widgets.rows import match_rows


class SegmentRow(QFrame):
    """One segment: its name opens it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("step")
        self.name = ElidedButton("", kind="plain")
        self.size_ = label("heading")
        self.words = label("small", wrap=True)
        self.words.setContentsMargins(theme.px(6), 0, 0, 0)  # below the name, which is a button
        top = QHBoxLayout()
        top.addWidget(self.name, 1)
        top.addWidget(self.size_)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(theme.px(4), theme.px(4), theme.px(8), theme.px(6))
        rows.setSpacing(theme.px(2))
        rows.addLayout(top)
        rows.addWidget(self.words)

    def show_segment(self, now: SegmentNow, relation: Relation) -> None:
        """How it stands."""
        segment = now.segment
        self.name.set_words(segment.name)
        self.name.set_tip(_("Change {name}, and see who is in it").format(name=segment.name))
        self.size_.setText(str(now.size) if segment.on else _("off"))
        self.size_.setAccessibleName(_("{count} people").format(count=now.size))
        segments = {one.segment.id: one.segment for one in relation.segments}
        words = condition_words(segment.condition, segments)
        used = _("used by {count}").format(count=now.uses) if now.uses else _("not used")
        self.words.setText(f"{words} · {used}")


class SegmentsPanel(Panel):
    """`opened` with a segment's id; empty: a new one is wanted."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__(_("Segments"))
        self.add = Button("+ " + _("Segment"), lambda: self.opened.emit(""), kind="small", tip=_("People who did something"))
        self.tools.addWidget(self.add)
        words = _(
            "A segment is everybody who did something, such as: looked at serums twice within a week. Rules show them what fits."
        )
        self.empty = label("muted", words, wrap=True)
        inner = column(self.empty, spacing=2)
        rows = inner.layout()
        assert isinstance(rows, QVBoxLayout)
        self._list = rows
        self._list.addStretch(1)
        self._rows: dict[str, SegmentRow] = {}
        self.body.addWidget(scrolled(inner), 1)
        self.standing = label("small", wrap=True)
        self.body.addWidget(self.standing)

    @property
    def rows(self) -> list[SegmentRow]:
        """In their order."""
        return list(self._rows.values())

    def refresh(self, state: State) -> None:
        """Show `state`."""
        relation = state.relation
        found = {now.segment.id: now for now in relation.segments}
        match_rows(self._list, self._rows, list(found), self._make, 1)
        for name, row in self._rows.items():
            row.show_segment(found[name], relation)
        self.empty.setVisible(not found)
        known = _("{count} people are known").format(count=relation.profiles)
        counting = _("{count} are being counted").format(count=relation.waiting) if relation.waiting else ""
        self.standing.setText(" · ".join(filter(None, (known, counting))))

    def _make(self, name: str) -> SegmentRow:
        made = SegmentRow()
        made.name.clicked.connect(lambda: self.opened.emit(name))
        return made
