"""Pictures of every workspace, dialog and state, in both languages and both looks: `python -m tests.ui.gallery DIR`.

For who looks at them with a designer's eye, and for the README. Uses the demo show on the real engine.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["VITRINE_HOME"] = tempfile.mkdtemp(prefix="gallery-")

import msgspec
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from studio.commands.base import Command
from studio.commands.panic import PanicOff, PanicOn
from studio.commands.rundown import CueClear, CueSend, RundownGo, RundownSet, ScriptSet
from studio.commands.scene import ScenePreview
from studio.commands.show import ShowRehearse, ShowStart
from studio.commands.source import SourceAdd
from studio.commands.stream import StreamStart, StreamStop
from studio.demo_show import open_demo
from studio.desktop.studio import Studio, StudioOptions
from studio.errors import Confirm
from studio.settings import Settings
from studio.shows.session import Left
from studio.spine.store import Store
from studio.state import Source, State
from studio.state.alarm import Alarm
from studio.state.rundown import Step
from tests.ui import calling
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.add_source import AddSource
from ui.dialogs.assistant import Assistant
from ui.dialogs.effects import EffectsDialog
from ui.dialogs.missing import MissingFilesDialog
from ui.dialogs.recover import RecoverDialog
from ui.main_window import MainWindow

SIZES = ((1280, 720, 100), (1440, 900, 100), (1920, 1080, 100), (1280, 720, 200))
OIL, CREAM = "rose-oil", "night-cream"
STEPS = (
    Step(id="1", title="Velkommen, hvad vi prøver i aften", minutes=7),
    Step(
        id="2", title="Rose Facial Oil", minutes=7, notes="To dråber, tryk, gnid aldrig. Vis pipetten tæt på (F3).", product=OIL
    ),
    Step(id="3", title="Hydra Night Cream: før og efter", minutes=7, product=CREAM),
    Step(id="4", title="Spørgsmål med Jonas", minutes=5),
)
SCRIPT = "# Velkommen\nGodaften og velkommen til. I aften prøver vi rosenolien.\n# Olien\nTo dråber, tryk, gnid aldrig."


PATIENCE_S = 90


def dialog_in_front() -> QWidget | None:
    """The dialog that is shown; the question of one is in front of it."""
    shown = [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]
    return next((one for one in shown if not any(other.parentWidget() is one for other in shown)), None)


class Gallery:
    """Brings the window into each state, and takes its picture."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.app, self.folder = app, folder
        file, database = open_demo()
        self.settings = Settings()
        self.settings.set("window.sounds", False)
        self.bridge = Bridge(StudioOptions(file, None, database=database, linger_s=1), self.settings)
        self.bridge.refused.connect(self._confirm)
        self._pending: Command | None = None
        self.bridge.start()
        self.until(lambda: self.bridge.state.link.status == "connected")
        self.window = MainWindow(self.bridge, self.settings)
        self.window.show()
        self.look = ""

    def close(self) -> None:
        self.window._leave()
        self.bridge.close()

    def pause(self, seconds: float) -> None:
        """Let the window live."""
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def until(self, done: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not done() and time.monotonic() < end:
            self.pause(0.02)
        assert done()

    def do(self, command: Command) -> None:
        """Run a command; a guarded one is confirmed."""
        self._pending = command
        self.bridge.run(command)
        self.pause(0.25)

    def _confirm(self, error: Exception) -> None:
        if isinstance(error, Confirm) and self._pending is not None:
            self.bridge.run(msgspec.structs.replace(self._pending, confirm=error.confirm))

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """A picture of what is in front."""
        self.pause(0.35)
        shown = widget or dialog_in_front() or self.window
        path = self.folder / f"{self.look}-{name}.png"
        shown.grab().save(str(path))
        print(path.name)

    def dress(self, language: str, mode: str, percent: int = 100) -> None:
        for name, value in (("language", language), ("window.theme", mode), ("window.text_percent", percent)):
            self.settings.set(name, value)
        self.pause(0.1)
        self.look = f"{language}-{mode}"

    def workspaces(self) -> None:
        """Both, at every size."""
        for width, height, percent in SIZES:
            self.settings.set("window.text_percent", percent)
            self.pause(0.1)
            self.window.resize(width, height)
            for workspace in ("host", "producer"):
                self.window.show_workspace(workspace)
                if workspace == "producer":
                    scenes = self.bridge.state.scenes
                    scene = next(scene for scene in scenes.scenes if scene.id == scenes.preview)
                    self.window.workspaces.producer.stage.select(scene.items[-1].id)
                self.take(f"{workspace}-{width}x{height}-{percent}")
        self.settings.set("window.text_percent", 100)
        self.window.resize(1440, 900)
        self.window.show_workspace("host")
        self.pause(0.2)

    def dialogs(self) -> None:
        """Each in turn."""
        window, bridge = self.window, self.bridge
        gone = [Source(id="x", kind="image", name="Logo", settings={"path": "/home/mette/Billeder/logo.png"})]
        opened: dict[str, Callable[[], object]] = {
            "settings": partial(window.dialogs.open, "settings"),
            "rundown": partial(window.dialogs.open, "rundown"),
            "shows": partial(window.dialogs.open, "shows"),
            "assistant-language": window.dialogs.assistant,
            "assistant-camera": lambda: Assistant(bridge, self.settings, window, print, 1).open(),
            "assistant-microphone": lambda: Assistant(bridge, self.settings, window, print, 2).open(),
            "assistant-show": lambda: Assistant(bridge, self.settings, window, print, 3).open(),
            "add-source": lambda: AddSource(bridge, window).open(),
            "effects": lambda: EffectsDialog(bridge, window, bridge.state.mixer.channels[0].source).open(),
            "missing": lambda: MissingFilesDialog(bridge, window, gone).open(),
            "recover": lambda: RecoverDialog(bridge, window, Left(show="x", pid=1, on_air=True, at_ms=1_700_000_000_000)).open(),
            "preflight": partial(window.dialogs.open, "preflight"),
        }
        for name, show in opened.items():
            show()
            if name == "preflight":
                self.until(lambda: bridge.state.preflight.at_ms is not None)
            self.take(f"dialog-{name}")
            if name == "settings":
                dialog_in_front().tabs.setCurrentIndex(1)  # type: ignore[union-attr]
                self.take("dialog-settings-keys")
            if name == "shows":
                dialog_in_front().tabs.setCurrentIndex(1)  # type: ignore[union-attr]
                self.take("dialog-shows-new")
            while (dialog := dialog_in_front()) is not None:
                dialog.close()
                self.pause(0.1)

    def windows(self) -> None:
        """Those beside the main one."""
        for name in ("multiview", "presenter", "projector"):
            self.window.act(f"window:{name}")
            extra = self.window.extra.made[name]
            extra.resize(1280, 720)
            self.window._refresh()
            self.take(f"window-{name}", extra)
            self.window.act(f"window:{name}")

    def states(self) -> None:
        """Off air, rehearsal, on air, alarms, panic; in the host's workspace and the producer's."""
        self.until(lambda: {OIL, CREAM} <= {product.id for product in self.bridge.state.shop.products})
        self.do(RundownSet(steps=STEPS))
        self.do(ScriptSet(text=SCRIPT))
        self.take("state-off-air")
        assert self.bridge._studio is not None
        self.bridge._studio.audience.lines_a_second = 12
        self.do(ShowRehearse(on=True))
        self.do(StreamStart())
        self.do(RundownGo())
        self.do(RundownGo())
        self.pause(2.5)
        self.take("state-rehearsal")
        self.do(ShowRehearse(on=False))
        self.do(StreamStop())

    def calls(self) -> None:
        """The support staff's workspace, with customers that are not there."""
        store = self.bridge._studio.store  # type: ignore[union-attr]
        self.window.show_workspace("support")
        self.window.desk.clock.now_ms = lambda: calling.NOW_MS  # type: ignore[method-assign]
        shown = {
            "off": calling.calm("off", why="missed"),
            "idle": calling.calm(),
            "ringing": calling.ringing(),
            "live": calling.talking(),
            "away": calling.talking(state="away", until_ms=calling.NOW_MS + 151_000),
            "wrap-up": calling.wrapping(),
            "none": State(),
        }
        for name, state in shown.items():
            self.bridge.call(partial(_show_calls, store, state))
            self.pause(0.15)
            if name != "none":
                self.take(f"support-{name}")
        self.window.show_workspace("host")

    def on_air(self) -> None:
        """What is only seen on air; the show ends with it."""
        self.do(StreamStart())
        self.do(ShowStart())
        self.do(CueSend(text="2 minutter tilbage til olien"))
        self.pause(1.5)
        self.take("state-on-air")
        store = self.bridge._studio.store  # type: ignore[union-attr]
        words = "Du er stille, men taler" if self.look.startswith("da") else "You are muted: nobody hears you"
        alarms = (
            Alarm(code="muted_speaking", level="critical", words=words),
            Alarm(code="uplink", level="warning", words="900 kbit/s: 360"),
        )
        self.bridge.call(partial(_show_alarms, store, alarms))
        self.pause(0.15)
        self.window.grab().save(str(self.folder / f"{self.look}-state-alarms.png"))
        self.do(PanicOn())
        self.take("state-panic")
        self.window.show_workspace("producer")
        self.do(ScenePreview(scene=self.bridge.state.scenes.scenes[1].id))
        self.take("state-panic-producer")
        self.do(PanicOff())
        self.take("state-on-air-producer")
        self.do(CueClear())
        self.do(SourceAdd(kind="image", name="Logo 2", settings={"path": "/no/such.png"}))
        self.take("state-lost-source")


async def _show_calls(store: Store, state: State, _studio: Studio) -> None:
    store.update(calls=state.calls, advising=state.advising, call_media=state.call_media)


async def _show_alarms(store: Store, alarms: tuple[Alarm, ...], _studio: Studio) -> None:
    store.update(alarms=alarms)


def main() -> int:
    """All of it, into the folder that is named."""
    if len(sys.argv) != 2:
        print("python -m tests.ui.gallery DIR", file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv[:1])
    theme.apply(app)
    gallery = Gallery(app, folder)
    try:
        for language in ("en", "da"):
            for mode in ("dark", "light"):
                gallery.dress(language, mode)
                gallery.states()
                gallery.workspaces()
                gallery.dialogs()
                gallery.windows()
                gallery.calls()
        gallery.dress("en", "dark")
        gallery.window.resize(1440, 900)
        gallery.window.show_workspace("host")
        gallery.on_air()
    finally:
        gallery.close()
        shutil.rmtree(os.environ["VITRINE_HOME"], ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
