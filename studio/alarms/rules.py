"""What is an alarm: pure functions of the state and of a few measurements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from studio.alarms.drops import Cause
from studio.i18n import _
from studio.state import LOST, Source, State
from studio.state.alarm import Alarm, AlarmCode
from studio.state.effects import NAMES
from studio.state.stream import Step

SILENT_S = 3.0
DISK_WARNING_H, DISK_CRITICAL_H = 2.0, 0.5
MANY = 0.1
"""From this share on everybody sees that pictures are lost."""


class Ears(Protocol):
    """What is known of the sound of a source."""

    def speaking(self, source: str) -> bool:
        """Whether somebody speaks into it."""

    def silent_s(self, source: str) -> float:
        """How long it has delivered nothing but digital silence."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What is measured besides: the hours until the disk is full at the planned bitrate, None when unknown; the share of pictures
    that is lost, by cause, where it is more than it may be; the tags of the effects that a source's channel has to do without."""

    disk_hours: float | None = None
    drops: Mapping[Cause, float] = field(default_factory=dict)
    broken_effects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def alarms(state: State, ears: Ears, measured: Measured, shown: frozenset[str]) -> tuple[Alarm, ...]:
    """All alarms now, the worst first. `shown` are the ids of the sources in the scene on air."""
    found = [
        *_of_sources(state, ears, shown),
        *_of_connection(state),
        *_of_drops(measured.drops, state.stream.steps),
        *_of_steps(state),
        *_of_effects(state, measured.broken_effects),
        *_of_disk(measured.disk_hours),
        *_of_files(state),
    ]
    return tuple(sorted(found, key=lambda alarm: alarm.level != "critical"))


def _of_sources(state: State, ears: Ears, shown: frozenset[str]) -> list[Alarm]:
    found = []
    for source in state.sources:
        if source.status in LOST:
            on_air = source.id in shown or source.kind == "microphone"
            words = f"{source.name}: {source.reason}"
            found.append(Alarm(code="lost", level="critical" if on_air else "warning", words=words, source=source.id))
        elif source.status == "live" and source.reason:  # it works, but not as it should
            words = f"{source.name}: {source.reason}"
            found.append(Alarm(code="strained", level="warning", words=words, source=source.id))
        elif source.kind == "microphone" and (alarm := _of_microphone(state, source, ears)) is not None:
            found.append(alarm)
    return found


def _of_microphone(state: State, source: Source, ears: Ears) -> Alarm | None:
    channel = next((channel for channel in state.mixer.channels if channel.source == source.id), None)
    silenced = channel is not None and (channel.muted or state.mixer.master_muted)
    if silenced and not state.panic and ears.speaking(source.id):
        return Alarm(code="muted_speaking", level="critical", words=_("You are muted: nobody hears you"), source=source.id)
    if source.status == "live" and ears.silent_s(source.id) >= SILENT_S:
        words = _("{name} delivers no sound at all: is it switched off, or muted on the device?").format(name=source.name)
        return Alarm(code="no_signal", level="critical", words=words, source=source.id)
    return None


def _of_effects(state: State, broken: Mapping[str, tuple[str, ...]]) -> list[Alarm]:
    found = []
    for source in state.sources:
        if tags := broken.get(source.id):
            effects = ", ".join(_(NAMES[tag]) for tag in tags)
            words = _("{name}: left out because of a fault: {effects}. Turn it off and on again under Effects.")
            words = words.format(name=source.name, effects=effects)
            found.append(Alarm(code="effect", level="warning", words=words, source=source.id))
    return found


def _of_connection(state: State) -> list[Alarm]:
    stream, link = state.stream, state.link
    if stream.status == "reconnecting":
        words = _("The connection is lost, attempt {attempt}: the audience sees “right back”").format(
            attempt=max(1, link.attempt)
        )
        return [Alarm(code="link", level="critical", words=words)]
    if stream.status == "live" and stream.reason:
        return [Alarm(code="uplink", level="warning", words=stream.reason)]
    return []


def _of_drops(drops: Mapping[Cause, float], steps: tuple[Step, ...]) -> list[Alarm]:
    """What the audience sees as a picture that stutters, with what cures it. What is being done about it by less is said by
    that line alone, until nothing is left to be done and everybody sees it."""
    cures: dict[Cause, tuple[AlarmCode, str]] = {
        "network": ("drops_network", _("The network does not carry what is sent: use a cable, or lower the bitrate.")),
        "encoder": ("drops_encoder", _("The encoder is too slow: choose a faster preset or a smaller picture in the settings.")),
        "render": ("drops_render", _("The computer is too busy: close other programs, or use fewer sources.")),
    }
    found = []
    for cause, share in drops.items():
        if steps and cause != "network" and not (steps[-1] == "rate" and share >= MANY):
            continue
        code, cure = cures[cause]
        words = _("{share} of 100 pictures are lost. {cure}").format(share=max(1, round(share * 100)), cure=cure)
        found.append(Alarm(code=code, level="critical" if share >= MANY else "warning", words=words))
    return found


def _of_steps(state: State) -> list[Alarm]:
    """What is done by less, by the step that is seen most."""
    steps, stream = state.stream.steps, state.stream
    if not steps:
        return []
    said: dict[Step, str] = {
        "window": _("Your own window shows fewer pictures a second; the audience sees no difference."),
        "preset": _("The picture is encoded with less care."),
        "size": _("The picture is sent at {lines} lines.").format(lines=max(stream.renditions, default=0)),
        "rate": _("{fps} pictures a second are sent.").format(fps=state.scenes.fps // 2),
    }
    words = _("The computer cannot keep up. {what} Close other programs, or use fewer sources.").format(what=said[steps[-1]])
    return [Alarm(code="stepped_down", level="warning", words=words)]


def _of_files(state: State) -> list[Alarm]:
    found = []
    if state.unsaved:
        words = _("The show cannot be saved: {problem}").format(problem=state.unsaved)
        found.append(Alarm(code="unsaved", level="critical", words=words))
    if state.recording.behind:
        cures = {
            "disk": _("The disk is slow: close what else writes to it, or record to another one."),
            "processor": _("The processor is busy: close other programs."),
        }
        minutes, seconds = divmod(state.recording.written_ms // 1000, 60)
        words = _("The recording is written until {time}; the rest waits, and nothing is lost. {cure}").format(
            time=f"{minutes}:{seconds:02}", cure=cures[state.recording.behind]
        )
        found.append(Alarm(code="recording_behind", level="warning", words=words))
    if reason := state.recording.reason:
        goes_on = state.recording.status != "off"
        found.append(Alarm(code="recording", level="warning" if goes_on else "critical", words=reason))
    return found


def _of_disk(hours: float | None) -> list[Alarm]:
    if hours is None or hours >= DISK_WARNING_H:
        return []
    words = _("The disk is full in {time}").format(time=f"{int(hours)}:{int(hours * 60) % 60:02}")
    return [Alarm(code="disk", level="critical" if hours < DISK_CRITICAL_H else "warning", words=words)]
