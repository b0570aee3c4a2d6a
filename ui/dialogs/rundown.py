"""Writing the rundown and the teleprompter's text."""

import secrets
from functools import partial
from typing import Any

import msgspec
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from studio.commands.rundown import RundownSet, ScriptSet
from studio.i18n import _
from studio.state.rundown import SCRIPT_MAX, Step
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.ask import ask_first
from ui.dialogs.base import Dialog
from ui.widgets.button import Button
from ui.widgets.form import LinesField, NoWheel, spin
from ui.widgets.label import label
from ui.widgets.panel import scrolled
from ui.widgets.tabs import Tabs


class StepEditor(QFrame):
    """One step."""

    def __init__(self, step: Step, scenes: list[tuple[str, str]], products: list[tuple[str, str]]) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.id = step.id
        self._step = step
        self.title = QLineEdit(step.title)
        self.title.setMaxLength(120)
        self.title.setPlaceholderText(_("What happens"))
        self.title.setAccessibleName(_("Step"))
        self.minutes = spin(_("Minutes"), step.minutes, 0, 600, whole=False)
        self.minutes.setSuffix(" min")
        self.scene = NoWheel(_("Scene it takes"), [(_("No scene"), ""), *scenes])
        self.scene.choose(step.scene)
        self.product = NoWheel(_("Product it shows"), [(_("No product"), ""), *products])
        self.product.choose(step.product)
        self.notes = LinesField(_("Notes"))
        self.notes.setPlainText(step.notes)
        self.notes.setPlaceholderText(_("Notes for the host"))
        self.notes.setFixedHeight(theme.px(56))
        self.up = Button("↑", kind="tool", tip=_("Earlier"))
        self.down = Button("↓", kind="tool", tip=_("Later"))
        self.remove = Button("✕", kind="tool", tip=_("Remove this step"))
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        for button in (self.up, self.down, self.remove):
            button.setAutoDefault(False)
            head.addWidget(button)
        below = QHBoxLayout()
        below.addWidget(self.minutes)
        below.addWidget(self.scene, 1)
        rows = QVBoxLayout(self)
        rows.addLayout(head)
        rows.addLayout(below)
        rows.addWidget(self.product)
        rows.addWidget(self.notes)
        self._as_opened = self._written()

    def step(self) -> Step | None:
        """What is written; None without a title. What nobody has changed is as it was, also where no control can show it."""
        written = self._written()
        if not written["title"]:
            return None
        changed = {name: value for name, value in written.items() if value != self._as_opened[name]}
        return msgspec.structs.replace(self._step, **changed)

    def _written(self) -> dict[str, Any]:
        return {
            "title": self.title.text().strip(),
            "minutes": float(self.minutes.value()),
            "scene": self.scene.currentData() or "",
            "product": self.product.currentData() or "",
            "notes": self.notes.toPlainText()[:4000],
        }


class RundownDialog(Dialog):
    """Stored with *Save*; closing otherwise leaves it as it was."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent, _("Rundown and teleprompter"), size=(680, 700))
        self._bridge = bridge
        state = bridge.state
        self._scenes = [(scene.name, scene.id) for scene in state.scenes.scenes]
        self._products = [(product.title, product.id) for product in state.shop.products]
        self.editors: list[StepEditor] = []
        page = QWidget()
        rows = QVBoxLayout(page)
        self._steps = QVBoxLayout()
        rows.addLayout(self._steps)
        self.add = Button("+ " + _("Step"), self._add)
        self.add.setAutoDefault(False)
        rows.addWidget(self.add)
        rows.addStretch(1)
        self.script = QPlainTextEdit(state.rundown.script)
        self.script.setAccessibleName(_("Teleprompter"))
        self.script.setTabChangesFocus(True)
        self.script.setPlaceholderText(_("# A heading to jump to\nWhat you want to say …"))
        writing = QWidget()
        column = QVBoxLayout(writing)
        column.addWidget(label("muted", _("Lines that begin with # are headings to jump to."), wrap=True))
        column.addWidget(self.script, 1)
        self.tabs = Tabs(_("Rundown and teleprompter"))
        self.tabs.addTab(scrolled(page), _("Rundown"))
        self.tabs.addTab(writing, _("Teleprompter"))
        self.body.addWidget(self.tabs, 1)
        self.add_button(Button(_("Cancel"), self.reject))
        self.save = self.add_button(Button(_("Save"), self._save, kind="primary"))
        for step in state.rundown.steps:
            self._append(step)
        self._as_opened = self._written()

    def _append(self, step: Step, title: str | None = None) -> StepEditor:
        editor = StepEditor(step, self._scenes, self._products)
        if title is not None:
            editor.title.setText(title)
        editor.up.clicked.connect(partial(self._move, editor, -1))
        editor.down.clicked.connect(partial(self._move, editor, 1))
        editor.remove.clicked.connect(partial(self._drop, editor))
        self.editors.append(editor)
        self._steps.addWidget(editor)
        return editor

    def _add(self) -> None:
        self._append(Step(id=secrets.token_hex(4), title="?"), title="").title.setFocus()

    def _move(self, editor: StepEditor, by: int, *_checked: bool) -> None:
        at = self.editors.index(editor)
        if 0 <= at + by < len(self.editors):
            self.editors.insert(at + by, self.editors.pop(at))
            self._steps.removeWidget(editor)
            self._steps.insertWidget(at + by, editor)

    def _drop(self, editor: StepEditor, *_checked: bool) -> None:
        self.editors.remove(editor)
        self._steps.removeWidget(editor)
        editor.hide()
        editor.deleteLater()

    def reject(self) -> None:
        """What was written is not thrown away by Escape alone."""
        if self._written() == self._as_opened:
            super().reject()
            return
        ask_first(self, _("Throw away what you wrote?"), "", (_("Go on writing"), _("Throw away")), super().reject)

    def _written(self) -> tuple[tuple[Step, ...], str]:
        steps = tuple(step for editor in self.editors if (step := editor.step()) is not None)
        return steps, self.script.toPlainText()[:SCRIPT_MAX]

    def _save(self) -> None:
        """Send what was changed; what somebody else has changed meanwhile in the other part stays."""
        steps, script = self._written()
        if steps != self._as_opened[0]:
            self._bridge.run(RundownSet(steps=steps))
        if script != self._as_opened[1]:
            self._bridge.run(ScriptSet(text=script))
        self.accept()
