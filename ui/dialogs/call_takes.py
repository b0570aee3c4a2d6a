"""Which calls ring here, and the name that customers are told."""

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from studio.i18n import _
from studio.show.call import NAME_MAX
from ui.advisor_tools import AdvisorTools, Profile
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.models.call_words import language_name
from ui.widgets.button import Button
from ui.widgets.label import label

LANGUAGES = ("da", "en", "sv", "no", "de", "nl", "fr", "es", "pl", "uk")


class TakesDialog(Dialog):
    """Holds at once when one is available, and is kept on this machine."""

    def __init__(self, bridge: Bridge, parent: QWidget, desk: AdvisorTools) -> None:
        words = _("Where nothing is ticked, everything rings here.")
        super().__init__(parent, _("What rings here"), words, size=(460, 560))
        self._bridge, self._desk = bridge, desk
        profile = desk.profile
        self.name = QLineEdit(profile.name)
        self.name.setMaxLength(NAME_MAX)
        self.name.setAccessibleName(_("Your name, as customers are told"))
        self.name.setPlaceholderText(_("Empty: an advisor"))
        self.body.addWidget(label("heading", _("Your name, as customers are told"), wrap=True))
        self.body.addWidget(self.name)
        self.topics: dict[str, QCheckBox] = {}
        if bridge.state.calls.topics:
            self.body.addWidget(label("heading", _("Topics")))
        for topic in bridge.state.calls.topics:
            self.topics[topic.id] = self._box(topic.name, on=topic.id in profile.topics)
        self.body.addWidget(label("heading", _("Languages")))
        self.languages = {code: self._box(language_name(code), on=code in profile.languages) for code in LANGUAGES}
        self.body.addStretch(1)
        self.add_button(Button(_("Cancel"), self.reject))
        self.keep = self.add_button(Button(_("OK"), self._keep, kind="primary"), default=True)

    def _box(self, words: str, *, on: bool) -> QCheckBox:
        box = QCheckBox(words.replace("&", "&&"))
        box.setChecked(on)
        self.body.addWidget(box)
        return box

    def _keep(self) -> None:
        topics = tuple(topic for topic, box in self.topics.items() if box.isChecked())
        languages = tuple(code for code, box in self.languages.items() if box.isChecked())
        self._desk.keep_profile(Profile(self.name.text().strip(), topics, languages))
        if self._bridge.state.advising.status != "off":
            self._bridge.run(self._desk.available(on=True))
        self._bridge.changed.emit()
        self.accept()
