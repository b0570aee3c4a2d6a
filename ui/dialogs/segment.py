"""A segment: what its people did, with who would be in it before it is saved."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from studio.commands.relation import SegmentDelete, SegmentSave
from studio.i18n import _
from studio.queries.relation import Preview, SegmentPreview
from studio.relation.condition import All, Any, AnyCondition
from studio.relation.segment import Segment
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.condition_row import ConditionRow, editable
from ui.dialogs.kept import KeptDialog
from ui.models.relation_words import condition_words, id_of
from ui.widgets.button import Button, ElidedButton
from ui.widgets.form import Form, NoWheel
from ui.widgets.label import label

LOOK_MS = 500
ROWS_MAX = 10


class SegmentDialog(KeptDialog):
    """`looked` with a profile that somebody wants to see. Conditions that have no form here are kept as they are."""

    looked = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget, segment: str) -> None:
        found = next((now.segment for now in bridge.state.relation.segments if now.segment.id == segment), None)
        title = _("Segment “{name}”").format(name=found.name) if found is not None else _("New segment")
        super().__init__(parent, title, size=(680, 640))
        self._bridge, self._before = bridge, found
        self.name = QLineEdit(found.name if found is not None else "")
        self.name.setMaxLength(80)
        self.name.setAccessibleName(_("Name"))
        self.name.setPlaceholderText(_("For example: looked at serums this week"))
        self.on = QCheckBox(_("In use: rules may ask about it"))
        self.on.setChecked(found is None or found.on)
        self.link = NoWheel(
            _("How conditions belong together"), [(_("all of these hold"), "all"), (_("one of these holds"), "any")]
        )
        form = Form()
        form.add(_("Name"), self.name)
        form.add(_("Everybody for whom"), self.link)
        self.body.addLayout(form)
        self._rows: list[ConditionRow] = []
        self._kept: list[AnyCondition] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(8))
        self.body.addLayout(self._list)
        self.kept = label("muted", wrap=True)
        self.body.addWidget(self.kept)
        self.add = Button("+ " + _("Condition"), lambda: self._add(None), kind="small", tip=_("One more thing that they did"))
        self.body.addWidget(self.add, alignment=Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.on)
        self.preview = label("muted", wrap=True)
        self.body.addWidget(self.preview)
        self._examples = QVBoxLayout()
        self.body.addLayout(self._examples)
        self.body.addStretch(1)
        if found is not None:
            self.delete = self.add_button(Button(_("Delete"), self._delete, tip=_("Only a segment that nothing uses")))
        self.add_button(Button(_("Cancel"), self.reject))
        self.save = self.add_button(Button(_("Save"), self._save, kind="primary"), default=True)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._fill(found)
        self.name.textChanged.connect(lambda _text: self._check())
        self.link.currentIndexChanged.connect(lambda _at: self._changed())
        self._changed()

    # ── conditions ───────────────────────────────────────────────────────────────────────────────────────────

    def _fill(self, segment: Segment | None) -> None:
        parts: Sequence[AnyCondition] = ()
        if segment is not None:
            whole = segment.condition
            parts = whole.of if isinstance(whole, All | Any) else (whole,)
            self.link.choose("any" if isinstance(whole, Any) else "all")
        for part in parts:
            if editable(part) and len(self._rows) < ROWS_MAX:
                self._add(part)
            else:
                self._kept.append(part)
        if not parts:
            self._add(None)
        segments = {now.segment.id: now.segment for now in self._bridge.state.relation.segments}
        words = " · ".join(condition_words(part, segments) for part in self._kept)
        self.kept.setText(_("And, made elsewhere: {words}").format(words=words) if words else "")
        self.kept.setVisible(bool(words))

    def _add(self, condition: AnyCondition | None) -> None:
        if len(self._rows) >= ROWS_MAX:
            return
        own = self._before.id if self._before is not None else ""
        row = ConditionRow(self._bridge.state, condition, own)
        row.changed.connect(self._changed)
        row.removed.connect(lambda: self._remove(row))
        self._rows.append(row)
        self._list.addWidget(row)
        self._changed()

    def _remove(self, row: ConditionRow) -> None:
        self._rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._changed()

    @property
    def condition(self) -> AnyCondition:
        """As it is written."""
        parts = (*(row.condition for row in self._rows), *self._kept)
        if len(parts) == 1:
            return parts[0]
        return Any(of=parts) if self.link.currentData() == "any" else All(of=parts)

    # ── who would be in ──────────────────────────────────────────────────────────────────────────────────────

    def _changed(self) -> None:
        if hasattr(self, "_timer"):
            self._timer.start()
            self._check()

    def _check(self) -> None:
        self.save.setEnabled(bool(self.name.text().strip()) and bool(self._rows or self._kept))

    def _look(self) -> None:
        if not (self._rows or self._kept):
            self.preview.setText(_("Without a condition nobody is in it."))
            return
        segment = self._before.id if self._before is not None else ""
        self._bridge.run(SegmentPreview(condition=self.condition, segment=segment), self._previewed)

    def _previewed(self, found: Preview) -> None:
        words = _("{members} of {of} people would be in it now").format(members=found.members, of=found.of)
        if found.unknown:
            words += " · " + _("{count} cannot be known (no consent)").format(count=found.unknown)
        if self._before is not None:
            words += " · " + _("{enters} would enter, {leaves} would leave").format(enters=found.enters, leaves=found.leaves)
        self.preview.setText(words)
        while (item := self._examples.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for example in found.examples:
            tip = _("See everything that is known of this person")
            row = ElidedButton(example.reason.sentence(_), kind="plain", tip=tip)
            row.clicked.connect(lambda _checked=False, profile=example.profile: self.looked.emit(profile))
            self._examples.addWidget(row)

    # ── keeping ──────────────────────────────────────────────────────────────────────────────────────────────

    def _save(self) -> None:
        name = self.name.text().strip()
        taken = {now.segment.id for now in self._bridge.state.relation.segments}
        id_ = self._before.id if self._before is not None else id_of(name, taken)
        try:
            made = Segment(id=id_, name=name, condition=self.condition, on=self.on.isChecked())
            made = msgspec.convert(msgspec.to_builtins(made), Segment)
        except msgspec.ValidationError as error:
            self._say(str(error))
            return
        since = self._before.version if self._before is not None else 0
        self._bridge.attempt(SegmentSave(segment=made, since=since), self._done, alone=True)

    def _delete(self) -> None:
        assert self._before is not None
        self._bridge.attempt(SegmentDelete(segment=self._before.id), self._done, alone=True)
