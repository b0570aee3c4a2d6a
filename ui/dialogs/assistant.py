"""The first run: language, camera, microphone, and a show of one's own, within a minute."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from studio import i18n
from studio.errors import StudioError
from studio.i18n import N_, _
from studio.settings import Settings
from studio.shows.library import ShowLibrary
from studio.shows.templates import Devices, make
from studio.state import Canvas
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.dialogs.device_picker import DevicePicker
from ui.shows import open_show
from ui.widgets.button import Button
from ui.widgets.label import label

STEPS = (N_("Language"), N_("Camera"), N_("Microphone"), N_("Your show"))


class Assistant(Dialog):
    """`restart(step)` is asked for when the language changes: the same step in the other language."""

    def __init__(
        self, bridge: Bridge, settings: Settings, parent: QWidget, restart: Callable[[int], None], step: int = 0
    ) -> None:
        super().__init__(parent, _("Welcome to Vitrine"), size=(560, 560))
        self._bridge, self._settings, self._restart = bridge, settings, restart
        self.where = label("muted")
        self.body.addWidget(self.where)
        self.pages = QStackedWidget()
        self.body.addWidget(self.pages, 1)
        self.camera: DevicePicker | None = None
        self.microphone: DevicePicker | None = None
        self._devices = Devices()
        self._camera_name = self._microphone_name = ""
        self.pages.addWidget(self._language_page())
        self.skip = self.add_button(Button(_("Only look at the demo show"), self._skip))
        self.back = self.add_button(Button(_("Back"), lambda: self.go(self.step - 1)))
        self.next = self.add_button(Button(_("Next"), self._on_next, kind="primary"), default=True)
        self.finished.connect(lambda _result: self._stop())
        self.title = QLineEdit(_("My show"))
        self.step = 0
        self.go(step)

    def _language_page(self) -> QWidget:
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.addWidget(label("heading", "Sprog · Language"))
        row = QHBoxLayout()
        self.languages: dict[str, Button] = {}
        for code, name in (("da", "Dansk"), ("en", "English")):
            button = Button(name, partial(self._speak, code))
            button.setAutoDefault(False)
            button.setCheckable(True)
            button.setChecked(i18n.language() == code)
            self.languages[code] = button
            row.addWidget(button)
        rows.addLayout(row)
        rows.addWidget(label("muted", _("Everything can be changed later, in the settings."), wrap=True))
        rows.addStretch(1)
        return page

    def _device_page(self, picker: DevicePicker, words: str) -> QWidget:
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.addWidget(label("heading", words, wrap=True))
        rows.addWidget(picker)
        rows.addStretch(1)
        return page

    def _show_page(self) -> QWidget:
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.addWidget(label("heading", _("What is your show called?"), wrap=True))
        self.title = QLineEdit(_("My show"))
        self.title.setAccessibleName(_("Title"))
        self.title.setMaxLength(200)
        rows.addWidget(self.title)
        camera, microphone = self._names()
        rows.addWidget(label("muted", _("Camera: {name}").format(name=camera), wrap=True))
        rows.addWidget(label("muted", _("Microphone: {name}").format(name=microphone), wrap=True))
        self.problem = label("bad", wrap=True)
        rows.addWidget(self.problem)
        rows.addStretch(1)
        return page

    def go(self, step: int) -> None:
        """Show a step."""
        self._stop()
        self.step = step
        while self.pages.count() > 1:
            if (page := self.pages.widget(1)) is not None:
                self.pages.removeWidget(page)
                page.deleteLater()
        if step == 1:
            self.camera = DevicePicker(self._bridge, "camera")
            self.pages.addWidget(self._device_page(self.camera, _("Do you see yourself?")))
        elif step == 2:
            self.microphone = DevicePicker(self._bridge, "microphone")
            self.pages.addWidget(self._device_page(self.microphone, _("Say a few words: does it move?")))
        elif step == 3:
            self.pages.addWidget(self._show_page())
        self.pages.setCurrentIndex(0 if step == 0 else 1)
        words = _("Step {at} of {count}: {name}")
        self.where.setText(words.format(at=step + 1, count=len(STEPS), name=_(STEPS[step])))
        self.back.setVisible(step > 0)
        self.skip.setVisible(step in (0, 3))
        self.next.setText(_("Begin") if step == 3 else _("Next"))
        self.setMinimumWidth(theme.px(360))

    def _names(self) -> tuple[str, str]:
        return self._camera_name or _("none"), self._microphone_name or _("none")

    def _on_next(self) -> None:
        if self.step == 1 and self.camera is not None and (choice := self.camera.choice) is not None:
            self._devices.camera, self._camera_name = str(choice.settings.get("device", "")), choice.name
        if self.step == 2 and self.microphone is not None and (choice := self.microphone.choice) is not None:
            self._devices.microphone, self._microphone_name = str(choice.settings.get("device", "")), choice.name
        if self.step < len(STEPS) - 1:
            self.go(self.step + 1)
        else:
            self._begin()

    def _begin(self) -> None:
        library = ShowLibrary(self._bridge.kinds)
        try:
            path = library.add(make("one_camera", self.title.text().strip() or _("My show"), Canvas(), self._devices))
            open_show(self._bridge, path)
        except (StudioError, OSError) as error:
            self.problem.setText(error.sentence(_) if isinstance(error, StudioError) else str(error))
            return
        self._done()

    def _skip(self) -> None:
        self._done()

    def _done(self) -> None:
        self._settings.set("assistant.done", True)
        self.accept()

    def _speak(self, code: str) -> None:
        if code != i18n.language():
            self._settings.set("language", code)
            self.reject()
            self._restart(0)
        else:
            self.languages[code].setChecked(True)

    def _stop(self) -> None:
        for picker in (self.camera, self.microphone):
            if picker is not None:
                picker.stop()
        self.camera = self.microphone = None
