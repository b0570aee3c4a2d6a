"""Shows to begin with: each is a whole show file, in the language in use."""

from collections.abc import Callable

from studio.i18n import N_, _
from studio.show_file import FileSource, ShowFile, ShowInfo, slug
from studio.state import Canvas, Scene, SceneItem, Transform
from studio.state.rundown import Step

FIT, FILL = Transform(fit="fit"), Transform(fit="fill")


class Devices:
    """The camera and microphone that were chosen; empty ids mean the first there is."""

    def __init__(self, camera: str = "", microphone: str = "") -> None:
        self.camera, self.microphone = camera, microphone

    def sources(self) -> tuple[FileSource, ...]:
        """Camera and microphone."""
        camera = {"device": self.camera} if self.camera else {}
        microphone = {"device": self.microphone} if self.microphone else {}
        return (
            FileSource(id="camera", kind="camera", name=_("Camera"), settings=camera),
            FileSource(id="mic", kind="microphone", name=_("Microphone"), settings=microphone),
        )


def _break(canvas: Canvas) -> tuple[tuple[FileSource, ...], Scene]:
    """A scene for when nobody is there."""
    size = canvas.short_side // 12
    sources = (
        FileSource(id="ground", kind="colour", name=_("Ground"), settings={"colour": "#151a21"}),
        FileSource(id="break", kind="text", name=_("Break text"), settings={"text": _("Back in a moment"), "size": size}),
    )
    words = Transform(x=canvas.width * 0.08, y=canvas.height * 0.45)
    items = (SceneItem(id="1", source="ground"), SceneItem(id="2", source="break", transform=words))
    return sources, Scene(id="pause", name=_("Break"), items=items)


def _name(canvas: Canvas) -> tuple[FileSource, SceneItem]:
    settings = {"title": _("Your name"), "subtitle": _("What you do")}
    source = FileSource(id="name", kind="lower_third", name=_("Name"), settings=settings)
    place = Transform(x=canvas.width * 0.05, y=canvas.height * 0.76)
    return source, SceneItem(id="name", source="name", transform=place)


def _steps() -> tuple[Step, ...]:
    return (
        Step(id="welcome", title=_("Welcome"), minutes=3, notes=_("Who you are, what tonight is about")),
        Step(id="products", title=_("The products"), minutes=15),
        Step(id="questions", title=_("Questions"), minutes=7),
        Step(id="goodbye", title=_("Goodbye"), minutes=2),
    )


def one_camera(info: ShowInfo, canvas: Canvas, devices: Devices) -> ShowFile:
    """A camera, a microphone, the host's name, and a break."""
    name, laid = _name(canvas)
    sources, pause = _break(canvas)
    camera = SceneItem(id="1", source="camera", transform=FILL)
    scenes = (
        Scene(id="named", name=_("Camera and name"), items=(camera, laid)),
        Scene(id="camera", name=_("Camera"), items=(camera,)),
        pause,
    )
    return _show(info, canvas, (*devices.sources(), name, *sources), scenes)


def camera_slides(info: ShowInfo, canvas: Canvas, devices: Devices) -> ShowFile:
    """A camera and the screen with the slides: side by side, and each alone."""
    name, laid = _name(canvas)
    sources, pause = _break(canvas)
    camera = SceneItem(id="1", source="camera", transform=FILL)
    corner_w, corner_h = canvas.width * 0.26, canvas.height * 0.26
    corner = Transform(
        fit="fill", x=canvas.width * 0.95 - corner_w, y=canvas.height * 0.95 - corner_h, width=corner_w, height=corner_h
    )
    slides = SceneItem(id="2", source="slides", transform=FIT)
    scenes = (
        Scene(id="named", name=_("Camera and name"), items=(camera, laid)),
        Scene(id="both", name=_("Slides and camera"), items=(slides, SceneItem(id="1", source="camera", transform=corner))),
        Scene(id="slides", name=_("Slides"), items=(slides,)),
        pause,
    )
    screen = FileSource(id="slides", kind="screen", name=_("Slides"))
    return _show(info, canvas, (*devices.sources(), screen, name, *sources), scenes)


def two_cameras(info: ShowInfo, canvas: Canvas, devices: Devices) -> ShowFile:
    """Two cameras for showing products: the host, the close-up, and both."""
    name, laid = _name(canvas)
    sources, pause = _break(canvas)
    camera, close = SceneItem(id="1", source="camera", transform=FILL), SceneItem(id="2", source="close", transform=FILL)
    corner_w, corner_h = canvas.width * 0.3, canvas.height * 0.3
    corner = Transform(fit="fill", x=canvas.width * 0.95 - corner_w, y=canvas.height * 0.05, width=corner_w, height=corner_h)
    scenes = (
        Scene(id="named", name=_("Host"), items=(camera, laid)),
        Scene(id="close", name=_("Close-up"), items=(close,)),
        Scene(id="both", name=_("Host and close-up"), items=(camera, SceneItem(id="2", source="close", transform=corner))),
        pause,
    )
    second = FileSource(id="close", kind="camera", name=_("Close-up camera"))
    return _show(info, canvas, (*devices.sources(), second, name, *sources), scenes)


def empty(info: ShowInfo, canvas: Canvas, devices: Devices) -> ShowFile:
    """One empty scene."""
    return ShowFile(show=info, canvas=canvas, scenes=(Scene(id="first", name=_("Scene 1")),))


def _show(info: ShowInfo, canvas: Canvas, sources: tuple[FileSource, ...], scenes: tuple[Scene, ...]) -> ShowFile:
    first, second = scenes[0].id, scenes[1].id
    return ShowFile(show=info, canvas=canvas, sources=sources, scenes=scenes, program=first, preview=second, rundown=_steps())


Template = Callable[[ShowInfo, Canvas, Devices], ShowFile]
TEMPLATES: dict[str, tuple[str, str, Template]] = {
    "one_camera": (N_("One camera"), N_("A camera, a microphone, your name, and a break"), one_camera),
    "camera_slides": (N_("Camera and slides"), N_("You, your screen, and both together"), camera_slides),
    "two_cameras": (N_("Two cameras and products"), N_("You, a close-up of what you show, and both together"), two_cameras),
    "empty": (N_("Empty"), N_("One empty scene"), empty),
}
"""Name, what is in it, and what makes it."""


def make(template: str, title: str, canvas: Canvas, devices: Devices | None = None) -> ShowFile:
    """A new show."""
    return TEMPLATES[template][2](ShowInfo(id=slug(title), title=title), canvas, devices or Devices())
