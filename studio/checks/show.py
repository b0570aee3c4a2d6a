"""The show itself: do its sources deliver, is somebody heard, is anything missing? Pure functions of the state."""

from pathlib import Path

from studio.i18n import N_, _
from studio.scenes.nesting import shown_sources
from studio.state import LOST, Source, State
from studio.state.preflight import Finding

CAMERA, MICROPHONE, SHOW, FILES, PRODUCTS = N_("Camera"), N_("Microphone"), N_("Show"), N_("Files"), N_("Products")
MOVING = frozenset({"camera", "screen", "window"})
IN_FILES = frozenset({"image", "media_file"})


def camera_finding(state: State) -> Finding:
    """Whether every camera, screen and window of the show delivers new pictures."""
    found = [source for source in state.sources if source.kind in MOVING]
    lost = [source for source in found if source.status in LOST]
    if lost:
        return Finding(CAMERA, "bad", "; ".join(f"{source.name}: {source.reason}" for source in lost))
    if starting := [source.name for source in found if source.status == "starting"]:
        return Finding(CAMERA, "note", _("still starting: {names}").format(names=", ".join(starting)))
    if not found:
        return Finding(CAMERA, "note", _("this show has no camera, only films and pictures"))
    sizes = ", ".join(f"{source.name} {source.width}×{source.height}" for source in found)
    return Finding(CAMERA, "ok", _("delivers new pictures: {names}").format(names=sizes))


def microphone_finding(state: State, spoken: set[str], silent: set[str]) -> Finding:
    """Whether a microphone is there, open, and heard: `spoken` are those with speech, `silent` those with none at all."""
    found = [source for source in state.sources if source.kind == "microphone"]
    if not found:
        return Finding(MICROPHONE, "note", _("this show has no microphone"))
    lost = [source for source in found if source.status in LOST]
    if lost:
        return Finding(MICROPHONE, "bad", "; ".join(f"{source.name}: {source.reason}" for source in lost))
    if dead := [source.name for source in found if source.id in silent]:
        words = _("{name} delivers no sound at all: is it switched off, or muted on the device?").format(name=", ".join(dead))
        return Finding(MICROPHONE, "bad", words)
    if muted := [source.name for source in found if _muted(state, source)]:
        return Finding(MICROPHONE, "note", _("muted: {names}").format(names=", ".join(muted)))
    if not any(source.id in spoken for source in found):
        return Finding(MICROPHONE, "note", _("no speech was heard: say a few words and look again"))
    return Finding(MICROPHONE, "ok", _("speech is heard"))


def _muted(state: State, source: Source) -> bool:
    return any(channel.source == source.id and channel.muted for channel in state.mixer.channels)


def show_finding(state: State) -> Finding:
    """Whether the show has a title and a scene on air with something in it."""
    if state.show.state == "ended":
        return Finding(SHOW, "bad", _("this show has ended: duplicate it for the next one"))
    program = next((scene for scene in state.scenes.scenes if scene.id == state.scenes.program), None)
    if program is None or not shown_sources(state, program.id):
        return Finding(SHOW, "bad", _("the scene on air is empty: add a source to it"))
    if not state.show.title.strip():
        return Finding(SHOW, "note", _("it has no title"))
    words = _("“{title}”: {scenes} scenes, {sources} sources, begins with {scene}")
    scenes, sources = len(state.scenes.scenes), len(state.sources)
    return Finding(SHOW, "ok", words.format(title=state.show.title, scenes=scenes, sources=sources, scene=program.name))


def files_finding(state: State) -> Finding:
    """Whether the files of films and pictures are there. Touches the disk."""
    gone = [str(source.settings["path"]) for source in missing(state)]
    if gone:
        return Finding(FILES, "bad", _("missing: {names}").format(names=", ".join(gone)))
    return Finding(FILES, "ok", _("all films and pictures are there"))


def missing(state: State) -> list[Source]:
    """The sources whose file is not where the show says. Touches the disk."""
    in_files = [source for source in state.sources if source.kind in IN_FILES and source.settings.get("path")]
    return [source for source in in_files if not _exists(str(source.settings["path"]))]


def _exists(path: str) -> bool:
    try:
        return Path(path).expanduser().exists()
    except (OSError, RuntimeError, ValueError):  # a folder we may not enter, a user who is not here, a name that is none
        return False


def products_finding(state: State) -> Finding:
    """Whether every product can be sold."""
    products = state.shop.products
    if not products:
        return Finding(PRODUCTS, "note", _("this show sells nothing yet"))
    if free := [product.title for product in products if product.price_minor == 0]:
        return Finding(PRODUCTS, "bad", _("without a price: {names}").format(names=", ".join(free[:5])))
    gone = [product.title for product in products if product.sold_out]
    if gone:
        return Finding(PRODUCTS, "note", _("sold out: {names}").format(names=", ".join(gone[:5])))
    return Finding(PRODUCTS, "ok", _("{count}, all priced and in stock").format(count=len(products)))
