"""What keys and menus do: one table, so that tooltips, hotkeys, menus and help cannot disagree.

An action either makes a command from the state, or names what the window does (`MainWindow._acts`). One with `release` is
held: it does one thing when its key goes down and another when it comes up.
"""

from collections.abc import Callable
from typing import NamedTuple

from studio.commands.base import Command
from studio.commands.call import CallHold, CallPass, CallSend
from studio.commands.mixer import ChannelSet
from studio.commands.panic import PanicOn
from studio.commands.product import ProductNext, ProductPin, ProductUnpin
from studio.commands.recording import (
    ClipLast,
    MarkerSet,
    RecordingPause,
    RecordingResume,
    RecordingSplit,
    RecordingStart,
    RecordingStop,
)
from studio.commands.rundown import CueClear, RundownGo
from studio.commands.scene import ScenePreview, SceneTake
from studio.commands.undo import Redo, Undo
from studio.i18n import N_, _
from studio.state import State

SCENE_KEYS = 8
Make = Callable[[State], Command | None]


class Action(NamedTuple):
    """`press` makes its command, None when it makes no sense now; or `window` names what the window does."""

    id: str
    key: str
    name: str
    press: Make | None = None
    release: Make | None = None
    window: str = ""


def microphone(state: State) -> str:
    """The first microphone's id, or ''."""
    return next((source.id for source in state.sources if source.kind == "microphone"), "")


def _set_microphone(muted: bool | None) -> Make:
    """Mute, unmute, or with None the other way round."""

    def make(state: State) -> Command | None:
        channel = next((c for c in state.mixer.channels if c.source == microphone(state)), None)
        if channel is None:
            return None
        return ChannelSet(source=channel.source, muted=not channel.muted if muted is None else muted)

    return make


def _next_step(state: State) -> Command | None:
    steps = state.rundown.steps
    return RundownGo(take=True) if steps and state.rundown.current != steps[-1].id else None


PRODUCT_KEYS = 9


def _pin(number: int) -> Make:
    """Pin the product that stands at this place in the show; what is the newest pin already stays."""

    def make(state: State) -> Command | None:
        shop = state.shop
        if number >= len(shop.products):
            return None
        product = shop.products[number].id
        return ProductPin(product=product) if shop.pins[-1:] != (product,) else None

    return make


def _if(there: object, command: Command) -> Command | None:
    """`command` when there is something it is about."""
    return command if there else None


def _in_call(make: Make) -> Make:
    """`make` while there is a call."""
    return lambda state: make(state) if state.advising.status == "busy" and state.advising.call is not None else None


def _hold(state: State) -> Command | None:
    call = state.advising.call
    return CallHold(on=not call.held) if call is not None else None


def _records(state: State) -> bool:
    """Whether something is recorded, or rests."""
    return state.recording.status in ("recording", "paused")


def _record(state: State) -> Command | None:
    if state.recording.status == "ending":
        return None
    return RecordingStop() if _records(state) else RecordingStart()


def _pause_recording(state: State) -> Command | None:
    if not _records(state):
        return None
    return RecordingResume() if state.recording.status == "paused" else RecordingPause()


CLIP_SECONDS = (30, 60, 90)


def _clip(seconds: int) -> Make:
    """Keep the last seconds of what is recorded."""
    return lambda state: _if(_records(state), ClipLast(seconds=seconds))


ACTIONS: tuple[Action, ...] = (
    *(Action(f"pin.{n + 1}", f"{n + 1}", N_("Pin product {number}"), _pin(n)) for n in range(PRODUCT_KEYS)),
    Action(
        "product.next", "Ctrl+Return", N_("Pin the next product"), lambda state: ProductNext() if state.shop.products else None
    ),
    Action("product.unpin", "0", N_("Unpin all products"), lambda state: _if(state.shop.pins, ProductUnpin())),
    *(Action(f"scene.{n + 1}", f"F{n + 1}", N_("Scene {number}"), window=f"scene:{n}") for n in range(SCENE_KEYS)),
    Action("take", "Return", N_("Take the preview; in the support workspace: answer"), window="take"),
    Action("mute", "M", N_("Mute or unmute the microphone"), _set_microphone(None)),
    Action("talk", "Ctrl+T", N_("Push to talk: on air while it is held"), _set_microphone(False), _set_microphone(True)),
    Action("panic", "Shift+Esc", N_("Panic: curtain and silence"), lambda state: None if state.panic else PanicOn()),
    Action("step", "N", N_("Next step of the rundown"), _next_step),
    Action("cue", "K", N_("Take the producer's line away"), lambda state: CueClear() if state.rundown.cue.text else None),
    Action("prompter", "T", N_("Start or pause the teleprompter"), window="prompter:toggle"),
    Action("prompter.faster", "Ctrl+Up", N_("Teleprompter faster"), window="prompter:faster"),
    Action("prompter.slower", "Ctrl+Down", N_("Teleprompter slower"), window="prompter:slower"),
    Action("prompter.next", "Ctrl+Right", N_("Teleprompter: next heading"), window="prompter:next"),
    Action("prompter.previous", "Ctrl+Left", N_("Teleprompter: previous heading"), window="prompter:previous"),
    Action("recording", "Ctrl+Shift+R", N_("Record, or end the recording"), _record),
    Action("recording.pause", "Ctrl+Shift+U", N_("Pause the recording, or go on"), _pause_recording),
    Action(
        "recording.split",
        "Ctrl+Shift+X",
        N_("Begin another file"),
        lambda state: _if(state.recording.status == "recording", RecordingSplit()),
    ),
    Action("marker", "Ctrl+M", N_("Set a marker"), lambda state: _if(_records(state), MarkerSet())),
    Action("markers", "", N_("Markers …"), window="dialog:markers"),
    *(
        Action(f"clip.{seconds}", f"Alt+{seconds // 10}", N_("Keep the last {number} s as a clip"), _clip(seconds))
        for seconds in CLIP_SECONDS
    ),
    Action("library", "Ctrl+Shift+L", N_("Library …"), window="dialog:library"),
    Action("undo", "Ctrl+Z", N_("Undo"), lambda state: Undo() if state.undo else None),
    Action("redo", "Ctrl+Shift+Z", N_("Redo"), lambda state: Redo() if state.redo else None),
    Action("host", "Ctrl+1", N_("Host's workspace"), window="workspace:host"),
    Action("producer", "Ctrl+2", N_("Producer's workspace"), window="workspace:producer"),
    Action("support", "Ctrl+3", N_("Support workspace"), window="workspace:support"),
    Action("relation", "Ctrl+4", N_("Audience workspace"), window="workspace:relation"),
    Action("call.answer", "Ctrl+Shift+A", N_("Answer the call that rings"), window="call:answer"),
    Action(
        "call.pass",
        "Ctrl+Shift+N",
        N_("Let the call ring at somebody else"),
        lambda state: CallPass() if state.advising.status == "ringing" else None,
    ),
    Action(
        "call.mute",
        "Ctrl+Shift+M",
        N_("Mute or unmute yourself in the call"),
        _in_call(lambda state: CallSend(sound=not state.call_media.sends_sound)),
    ),
    Action(
        "call.camera",
        "Ctrl+Shift+C",
        N_("Turn your camera in the call on or off"),
        _in_call(lambda state: CallSend(picture=not state.call_media.sends_picture)),
    ),
    Action("call.hold", "Ctrl+Shift+H", N_("Put the customer on hold, or go on"), _in_call(_hold)),
    Action("call.pointer", "Ctrl+Shift+D", N_("Point at the customer's picture"), window="call:pointer"),
    Action("call.snapshot", "Ctrl+Shift+S", N_("Keep the customer's picture"), window="call:snapshot"),
    Action("call.end", "Ctrl+Shift+E", N_("End the call …"), window="call:end"),
    Action("call.messages", "Ctrl+Shift+B", N_("Messages …"), window="dialog:messages"),
    Action("call.rules", "", N_("Call desk …"), window="dialog:call_rules"),
    Action("guests", "Ctrl+Shift+G", N_("Guests …"), window="dialog:guests"),
    Action("multiview", "V", N_("Multiview"), window="window:multiview"),
    Action("presenter", "Ctrl+Shift+P", N_("Presenter view on the second screen"), window="window:presenter"),
    Action("projector", "Ctrl+Shift+F", N_("Programme on a whole screen"), window="window:projector"),
    Action("larger", "Ctrl++", N_("Larger text"), window="text:25"),
    Action("smaller", "Ctrl+-", N_("Smaller text"), window="text:-25"),
    Action("shows", "Ctrl+O", N_("Shows …"), window="dialog:shows"),
    Action("show.again", "", N_("New show from this one …"), window="copy"),
    Action("page", "Ctrl+B", N_("Open the viewer page"), window="page"),
    Action("catalogue", "Ctrl+K", N_("Catalogue …"), window="dialog:catalogue"),
    Action("poll", "Ctrl+L", N_("Poll …"), window="dialog:poll"),
    Action("chat_rules", "", N_("Rules of the chat …"), window="dialog:chat_rules"),
    Action("audience", "Ctrl+U", N_("Audience and sales …"), window="dialog:audience"),
    Action("console", "", N_("Audience in the browser …"), window="dialog:console"),
    Action("rundown", "Ctrl+R", N_("Edit rundown and teleprompter …"), window="dialog:rundown"),
    Action("preflight", "Ctrl+P", N_("Preflight …"), window="dialog:preflight"),
    Action("settings", "Ctrl+,", N_("Settings …"), window="dialog:settings"),
)
BY_ID = {action.id: action for action in ACTIONS}


def words_of(action: str) -> str:
    """What it is called, in the person's language."""
    return _(BY_ID[action].name).format(number=action.partition(".")[2])


def take_scene(state: State, number: int) -> Command | None:
    """Put the scene of this number on air."""
    scenes = state.scenes.scenes
    return SceneTake(scene=scenes[number].id) if number < len(scenes) else None


def preview_scene(state: State, number: int) -> Command | None:
    """Put the scene of this number in preview."""
    scenes = state.scenes.scenes
    return ScenePreview(scene=scenes[number].id) if number < len(scenes) else None


def key_of(state: State, action: str) -> str:
    """The key that does `action`; '' when none does."""
    return state.hotkeys.get(action, BY_ID[action].key)


def conflicts(state: State) -> dict[str, list[str]]:
    """Keys that would do more than one thing, with their actions."""
    by_key: dict[str, list[str]] = {}
    for action in ACTIONS:
        if key := key_of(state, action.id):
            by_key.setdefault(key.casefold(), []).append(action.id)
    return {key: actions for key, actions in by_key.items() if len(actions) > 1}
