"""What keys do: one table, so that tooltips, hotkeys and help cannot disagree."""

from collections.abc import Callable
from typing import NamedTuple

from studio.commands.base import Command
from studio.commands.mixer import ChannelSet
from studio.commands.scene import SceneTake
from studio.commands.undo import Redo, Undo
from studio.i18n import N_
from studio.state import State

SCENE_KEYS = 8


class Action(NamedTuple):
    """A key, what it is called, and the command it makes from the state; None when it makes no sense now."""

    key: str
    name: str
    command: Callable[[State], Command | None]


def microphone(state: State) -> str:
    """The first microphone's id, or ''."""
    return next((source.id for source in state.sources if source.kind == "microphone"), "")


def _toggle_microphone(state: State) -> Command | None:
    channel = next((c for c in state.mixer.channels if c.source == microphone(state)), None)
    return ChannelSet(source=channel.source, muted=not channel.muted) if channel is not None else None


def _take(number: int) -> Callable[[State], Command | None]:
    def make(state: State) -> Command | None:
        scenes = state.scenes.scenes
        return SceneTake(scene=scenes[number].id) if number < len(scenes) else None

    return make


ACTIONS: tuple[Action, ...] = (
    Action("M", N_("Mute or unmute the microphone"), _toggle_microphone),
    Action("Ctrl+Z", N_("Undo"), lambda state: Undo()),
    Action("Ctrl+Shift+Z", N_("Redo"), lambda state: Redo()),
    *(Action(f"F{number + 1}", N_("Take a scene"), _take(number)) for number in range(SCENE_KEYS)),
)
