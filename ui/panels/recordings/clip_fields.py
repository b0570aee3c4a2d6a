"""What a clip is called, what it is about, how it looks, and what is done with it."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QSlider, QVBoxLayout, QWidget

from studio.commands.recording import ClipExport, ClipPublish, ClipRemove, ClipSet, ClipWithdraw
from studio.i18n import _
from studio.state import State
from studio.state.recording import Clip, Recorded
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.ask import ask_first
from ui.models.film_marks import products_of
from ui.models.film_words import ASPECTS, SIZES, clip_title, clip_word, exact_time, size_words
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import Form, NoWheel
from ui.widgets.label import label

WORDS_MAX = 200


class ClipFields(QWidget):
    """Each field is kept at once. `folder_asked` when the clip's file is to be shown."""

    folder_asked = Signal()

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._recording, self._clip = "", Clip(id="")
        self.state = label("muted", wrap=True)
        self.problem = label("warn", wrap=True)
        self.title = self._line(_("Title"), "title")
        self.product = NoWheel(_("Product"), [(_("None"), "")])
        self.product.activated.connect(lambda _at: self._set(product=str(self.product.currentData())))
        self.aspect = NoWheel(_("Shape"), [(_(words), aspect) for aspect, words in ASPECTS.items()])
        self.aspect.activated.connect(lambda _at: self._set(aspect=self.aspect.currentData()))
        self.size_ = NoWheel(_("Size"), [(_(words) if side == 0 else words, side) for side, words in SIZES.items()])
        self.size_.activated.connect(lambda _at: self._set(short_side=self.size_.currentData()))
        self.follow = QCheckBox(_("Keep who speaks in the frame"))
        self.follow.toggled.connect(lambda on: self._set(follow=on))
        self.focus = QSlider(Qt.Orientation.Horizontal)
        self.focus.setRange(0, 100)
        self.focus.setPageStep(10)
        self.focus.setAccessibleName(_("Middle of the frame"))
        self.focus.setTracking(False)
        self.focus.valueChanged.connect(lambda percent: self._set(focus_x=percent / 100))
        self.lower_third = self._line(_("Lower third"), "lower_third")
        self.lower_line = self._line(_("Its second line"), "lower_line")
        self.end_card = self._line(_("End card"), "end_card")
        self._make_buttons()
        self._lay_out()

    def _line(self, name: str, field: str) -> QLineEdit:
        line = QLineEdit()
        line.setMaxLength(WORDS_MAX)
        line.setAccessibleName(name)
        line.editingFinished.connect(lambda: self._set(**{field: line.text().strip()}))
        return line

    def _make_buttons(self) -> None:
        self.make = Button(_("Make the clip"), self._make, kind="primary", tip=_("Cut it out into a film of its own"))
        self.publish = Button(_("Publish"), self._publish, tip=_("On the product's page, by <vitrine-clip>"))
        self.withdraw = Button(_("Withdraw …"), self._withdraw, tip=_("Take it from the product's page"))
        self.folder = Button(_("Show in folder"), self.folder_asked.emit)
        self.remove = Button(_("Remove …"), self.ask_remove, tip=_("Forget the clip, and delete its file"))
        self.acts = (self.make, self.publish, self.withdraw, self.folder, self.remove)

    def _lay_out(self) -> None:
        form = Form()
        form.add(_("Title"), self.title)
        form.add(_("Product"), self.product)
        form.add(_("Shape"), self.aspect)
        form.add(_("Size"), self.size_)
        form.add("", self.follow)
        self.focus_words = label("muted", _("Frame"))
        self.focus_words.setBuddy(self.focus)
        form.addRow(self.focus_words, self.focus)
        form.add(_("Lower third"), self.lower_third)
        form.add(_("Its second line"), self.lower_line)
        form.add(_("End card"), self.end_card)
        acts = FlowLayout()
        for button in self.acts:
            button.setAutoDefault(False)
            acts.addWidget(button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(8))
        rows.addWidget(self.state)
        rows.addWidget(self.problem)
        rows.addLayout(form)
        rows.addLayout(acts)
        rows.addStretch(1)

    def show_clip(self, recorded: Recorded, clip: Clip, state: State) -> None:
        """Another clip, or another state of it."""
        another = (recorded.id, clip.id) != (self._recording, self._clip.id)
        self._recording, self._clip = recorded.id, clip
        self._show_products(recorded, clip, state)
        for line, text in (
            (self.title, clip.title),
            (self.lower_third, clip.lower_third),
            (self.lower_line, clip.lower_line),
            (self.end_card, clip.end_card),
        ):
            if line.text() != text and (another or not line.hasFocus()):
                line.setText(text)
                line.setCursorPosition(0)
        self.aspect.choose(clip.aspect)
        self.size_.choose(clip.short_side)
        for widget in (self.follow, self.focus):
            widget.blockSignals(True)
        self.follow.setChecked(clip.follow)
        self.focus.setValue(round(100 * clip.focus_x))
        for widget in (self.follow, self.focus):
            widget.blockSignals(False)
        cropped = clip.aspect != "source"
        self.follow.setVisible(cropped)
        for part in (self.focus, self.focus_words):
            part.setVisible(cropped and not clip.follow)
        self._show_state(clip, state)

    def _show_state(self, clip: Clip, state: State) -> None:
        works = [work for work in state.works if work.recording == self._recording and work.clip == clip.id]
        facts = [clip_word(clip, works), exact_time(clip.ends_ms - clip.begins_ms)]
        if clip.file:
            facts.append(size_words(clip.size))
        self.state.setText(" · ".join(facts))
        self.problem.setText(clip.problem)
        self.problem.setVisible(bool(clip.problem))
        kinds = {work.kind for work in works}
        public = bool(clip.film)
        self.make.setText(_("Make it again") if clip.file else _("Make the clip"))
        self.make.setEnabled("clip" not in kinds and "publish" not in kinds)
        self.publish.setVisible(not public and not clip.upload)
        self.publish.setEnabled("publish" not in kinds)
        self.withdraw.setVisible(public or bool(clip.upload))
        self.folder.setVisible(bool(clip.file))

    def _show_products(self, recorded: Recorded, clip: Clip, state: State) -> None:
        known = products_of(recorded) | {product.id: product.title for product in state.shop.products}
        self.product.fill([(_("None"), ""), *((title, product) for product, title in known.items())], clip.product)

    def _set(self, **fields: Any) -> None:
        if self._clip.id and any(getattr(self._clip, name) != value for name, value in fields.items()):
            self._bridge.run(ClipSet(recording=self._recording, clip=self._clip.id, **fields))

    def _make(self) -> None:
        self._bridge.run(ClipExport(recording=self._recording, clip=self._clip.id))

    def _publish(self) -> None:
        self._bridge.run(ClipPublish(recording=self._recording, clip=self._clip.id))

    def _withdraw(self) -> None:
        question = _("Withdraw the clip {title}?").format(title=clip_title(self._clip))
        words = _("Pages stop showing it. The clip stays here.")
        act = partial(self._bridge.run, ClipWithdraw(recording=self._recording, clip=self._clip.id))
        ask_first(self.window(), question, words, (_("Keep it"), _("Withdraw")), act)

    def ask_remove(self) -> None:
        """A proposal goes at once; what somebody has made, once that has been said again."""
        clip = self._clip
        if not clip.id:
            return
        act = partial(self._bridge.run, ClipRemove(recording=self._recording, clip=clip.id))
        if clip.proposed and not clip.file:
            act()
            return
        question = _("Remove the clip {title}?").format(title=clip_title(clip))
        words = _("Its film is deleted from this computer. What is published stays at the show server.")
        ask_first(self.window(), question, words, (_("Keep it"), _("Remove")), act)
