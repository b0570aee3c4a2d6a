"""The rundown: what comes when, what runs now and how long it still has."""

import time
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from studio.commands.rundown import RundownGo
from studio.i18n import _
from studio.state import State
from studio.state.rundown import Rundown, Step
from ui import theme
from ui.actions import key_of
from ui.bridge import Bridge
from ui.models.clock import left
from ui.widgets.button import Button, restyle
from ui.widgets.label import ElidedLabel, label
from ui.widgets.panel import Panel, column, scrolled
from ui.widgets.rows import match_rows

SECOND_MS = 1000


class StepRow(QFrame):
    """One step; the one that runs shows its notes and what is left of its time."""

    def __init__(self, bridge: Bridge, step: Step) -> None:
        super().__init__()
        self.setObjectName("step")
        self.step = step
        self.title = ElidedLabel("step-title", step.title)
        self.go = Button(_("Go"), partial(bridge.run, RundownGo(step=step.id, take=True)), kind="small")
        self.go.set_tip(_("Begin “{step}”").format(step=step.title))
        self.go.setAccessibleName(_("Begin “{step}”").format(step=step.title))
        self.time = label("muted")
        self.notes = label("step-notes", step.notes, wrap=True)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self.title, 1)
        head.addWidget(self.time)
        head.addWidget(self.go)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(theme.px(8), theme.px(3), theme.px(4), theme.px(3))
        rows.setSpacing(theme.px(2))
        rows.addLayout(head)
        rows.addWidget(self.notes)
        self.notes.hide()

    def show_state(self, *, current: bool, done: bool, left_s: float | None) -> None:
        """How it stands now."""
        place = "current" if current else "done" if done else ""
        minutes = _("{minutes:g} min").format(minutes=self.step.minutes) if self.step.minutes else ""
        words = left(left_s) if current and left_s is not None else _("done") if done else minutes
        name = "warn" if left_s is not None and left_s < 0 else "muted"
        self.time.setText(words)
        if (self.property("place"), self.time.objectName()) != (place, name):
            self.setProperty("place", place)
            self.time.setObjectName(name)
            self.title.setObjectName("heading" if current else "muted" if done else "step-title")
            restyle(self)
        self.notes.setVisible(current and bool(self.step.notes))
        self.setAccessibleName(", ".join(filter(None, (self.step.title, _("now") if current else "", words))))


class RundownPanel(Panel):
    """Follows the state; *Next* begins the next step and takes its scene."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(_("Rundown"))
        self._bridge = bridge
        self._rows: dict[Step, StepRow] = {}
        self.next = Button(_("Next step"), lambda: bridge.run(RundownGo(take=True)), kind="small")
        self.next.set_tip(_("Begin the next step and take its scene"))
        self.tools.addWidget(self.next)
        self.empty = label("muted", wrap=True)
        self._inner = column(self.empty, spacing=2)
        rows = self._inner.layout()
        assert isinstance(rows, QVBoxLayout)
        self._list = rows
        self._list.addStretch(1)
        self._scroll = scrolled(self._inner)
        self.body.addWidget(self._scroll, 1)
        self.setMinimumHeight(theme.px(92))
        self._second = QTimer(self)
        self._second.timeout.connect(lambda: self._tell_time(self._bridge.state.rundown))
        self._second.start(SECOND_MS)
        self.refresh(bridge.state)

    @property
    def rows(self) -> list[StepRow]:
        """In the order of the steps."""
        return list(self._rows.values())

    def refresh(self, state: State) -> None:
        """Show `state`."""
        rundown = state.rundown
        self.next.set_key(key_of(state, "step"))
        words = _("No rundown yet: write what comes when, and how many minutes it has, with {key}.")
        self.empty.setText(words.format(key=key_of(state, "rundown")))
        match_rows(self._list, self._rows, rundown.steps, partial(StepRow, self._bridge), 1)
        self.empty.setVisible(not rundown.steps)
        self.next.setVisible(bool(rundown.steps))
        self.next.setEnabled(bool(rundown.steps) and rundown.current != rundown.steps[-1].id)
        self._tell_time(rundown)

    def _tell_time(self, rundown: Rundown) -> None:
        for row in self.rows:
            current = row.step.id == rundown.current
            left_s = step_left_s(rundown) if current else None
            changed = row.property("place") != "current" and current
            row.show_state(current=current, done=row.step.id in rundown.done, left_s=left_s)
            if changed:
                QTimer.singleShot(0, self._scroll, partial(self._scroll.ensureWidgetVisible, row))
        self.words.setText(summary(rundown))


def step_left_s(rundown: Rundown) -> float | None:
    """What is left of the present step's time; None when it has none."""
    step = next((step for step in rundown.steps if step.id == rundown.current), None)
    if step is None or not step.minutes or rundown.since_ms is None:
        return None
    return step.minutes * 60 - (time.time() - rundown.since_ms / 1000)


def summary(rundown: Rundown) -> str:
    """`step 3 of 9 · 42 min`."""
    ids = [step.id for step in rundown.steps]
    if not ids:
        return ""
    minutes = _("{minutes:g} min").format(minutes=sum(step.minutes for step in rundown.steps))
    if rundown.current not in ids:
        return _("{count} steps").format(count=len(ids)) + f" · {minutes}"
    return _("step {at} of {count}").format(at=ids.index(rundown.current) + 1, count=len(ids)) + f" · {minutes}"
