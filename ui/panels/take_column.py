"""Between preview and programme: take, quick transitions with their duration, the T-bar, and what the take will change."""

import time
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFormLayout, QSlider, QVBoxLayout, QWidget

from studio.commands.scene import SceneTake, TransitionMove, TransitionSet
from studio.i18n import _
from studio.state import State
from ui import theme
from ui.actions import key_of
from ui.bridge import Bridge
from ui.models.labels import CHOICES, TRANSITIONS
from ui.models.take import silences, take_changes
from ui.widgets.button import Button, restyle
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import NoWheel, spin
from ui.widgets.label import label, plain_tip

QUICK = ("cut", "fade", "fade_black", "slide", "wipe", "stinger")
SWALLOW_S = 1.0
STEPS = 1000


class TakeColumn(QWidget):
    """A second take within a second is swallowed, whichever way it comes."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._taken_s = -SWALLOW_S
        self.take_button = Button(_("Take"), self.take, kind="take", tip=_("Put the preview on air"))
        self.take_button.setMinimumHeight(theme.px(52))
        self._group = QButtonGroup(self)
        self.kinds: dict[str, Button] = {}
        flow = FlowLayout(spacing=6)
        for kind in QUICK:
            button = Button(_(TRANSITIONS[kind]), partial(self._choose, kind), kind="small")
            button.set_tip(_("The next take goes by {transition}").format(transition=_(TRANSITIONS[kind])))
            button.setCheckable(True)
            self._group.addButton(button)
            self.kinds[kind] = button
            flow.addWidget(button)
        self.duration = spin(_("Duration, ms"), 300, 0, 20_000, whole=True)
        self.duration.setSingleStep(100)
        self.duration.valueChanged.connect(self._on_duration)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        words = label("muted", _("Duration, ms"))
        words.setBuddy(self.duration)
        form.addRow(words, self.duration)
        ways = [(_(CHOICES[way]), way) for way in ("left", "right", "up", "down")]
        self.direction = NoWheel(_("Direction"), ways)
        self.direction.activated.connect(lambda at: self._choose_direction(self.direction.itemData(at)))
        self.film = NoWheel(_("Stinger's film"), [])
        self.film.activated.connect(lambda at: self._choose_stinger(self.film.itemData(at)))
        for name, box in ((_("Direction"), self.direction), (_("Stinger's film"), self.film)):
            title = label("muted", name)
            title.setBuddy(box)
            form.addRow(title, box)
        self._make_tbar()
        self.changes = label("warn", wrap=True)
        self.changes.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lay_out(flow, form)
        self._settling = self._over = False
        self.refresh(bridge.state)

    def _lay_out(self, flow: FlowLayout, form: QFormLayout) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(8))
        rows.addWidget(self.take_button)
        rows.addWidget(self.tbar)
        rows.addLayout(flow)
        rows.addLayout(form)
        rows.addWidget(self.changes, 1)

    def _make_tbar(self) -> None:
        self.tbar = QSlider(Qt.Orientation.Horizontal)
        self.tbar.setRange(0, STEPS)
        self.tbar.setAccessibleName(_("T-bar: from programme to preview"))
        self.tbar.setToolTip(plain_tip(self.tbar.accessibleName()))
        self.tbar.valueChanged.connect(self._on_tbar)
        self.tbar.sliderReleased.connect(self._on_released)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        scenes = state.scenes
        self._settling = True
        if scenes.transition in self.kinds:
            self.kinds[scenes.transition].setChecked(True)
        if not self.duration.hasFocus():
            self.duration.setValue(scenes.transition_ms)
        if not self.tbar.isSliderDown():
            self.tbar.setValue(round(scenes.tbar * STEPS))
        self._settling = False
        self.duration.setEnabled(scenes.transition not in ("cut", "stinger"))
        self.kinds["stinger"].setEnabled(bool(scenes.stinger))
        self.direction.choose(scenes.direction)
        self.direction.setEnabled(scenes.transition in ("slide", "wipe"))
        films = [(_("None"), ""), *((s.name, s.id) for s in state.sources if s.kind == "media_file")]
        self.film.fill(films, scenes.stinger)
        self.take_button.set_key(key_of(state, "take"))
        self.take_button.setEnabled(bool(scenes.preview) and scenes.preview != scenes.program)
        words = take_changes(state)
        name = "warn" if silences(state) or (words and scenes.tbar > 0) else "muted"
        self.changes.setText("\n".join(words))
        if self.changes.objectName() != name:
            self.changes.setObjectName(name)
            restyle(self.changes)

    def take(self) -> None:
        """Put the preview on air."""
        now_s = time.monotonic()
        if now_s - self._taken_s >= SWALLOW_S and self.take_button.isEnabled():
            self._taken_s = now_s
            self._bridge.run(SceneTake())

    def _choose(self, kind: str) -> None:
        self._bridge.run(TransitionSet(kind=kind))  # type: ignore[arg-type]

    def _on_duration(self, duration_ms: int) -> None:
        if not self._settling:
            self._bridge.run(TransitionSet(kind=self._bridge.state.scenes.transition, duration_ms=int(duration_ms)))

    def _on_tbar(self, value: int) -> None:
        if self._settling or self._over:
            return
        if value < STEPS:
            self._bridge.run(TransitionMove(position=value / STEPS))
            return
        now_s = time.monotonic()
        if now_s - self._taken_s >= SWALLOW_S:
            self._taken_s = now_s
            self._bridge.run(TransitionMove(position=1))
        self._over = self.tbar.isSliderDown()  # whose hand is still on it does not take back and forth

    def _on_released(self) -> None:
        self._over = False
        self.refresh(self._bridge.state)

    def _choose_direction(self, direction: str) -> None:
        scenes = self._bridge.state.scenes
        self._bridge.run(TransitionSet(kind=scenes.transition, direction=direction))  # type: ignore[arg-type]

    def _choose_stinger(self, film: str) -> None:
        kind = "stinger" if film else "fade"
        self._bridge.run(TransitionSet(kind=kind, stinger=film))  # type: ignore[arg-type]
