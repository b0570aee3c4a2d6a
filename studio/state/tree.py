"""The whole tree: what every window, remote and test sees."""

from msgspec import Struct

from studio.show.brand import Brand
from studio.show.guest import Guest
from studio.state.alarm import Alarm
from studio.state.calls import Advising, CallMedia, Calls, Remote
from studio.state.mixer import Mixer
from studio.state.preflight import Preflight
from studio.state.recording import Library, Recording, Work
from studio.state.rehearsal import Rehearsal
from studio.state.rundown import Rundown
from studio.state.scene import Scenes
from studio.state.shop import Feed, Numbers, Shop
from studio.state.show import Show
from studio.state.source import Source
from studio.state.stream import Link, Stream


class State(Struct, frozen=True, kw_only=True):
    """A branch a domain. The server owns the first eight; the desktop owns the rest."""

    show: Show = Show()
    shop: Shop = Shop()
    numbers: Numbers = Numbers()
    feeds: tuple[Feed, ...] = ()
    brand: Brand = Brand()
    calls: Calls = Calls()
    """The brand's customers in line."""
    advising: Advising = Advising()
    """What whoever sits here is doing for them."""
    guests: tuple[Guest, ...] = ()
    """Who is invited into the show, and whether they are there."""
    scenes: Scenes = Scenes()
    sources: tuple[Source, ...] = ()
    mixer: Mixer = Mixer()
    stream: Stream = Stream()
    link: Link = Link()
    call_media: CallMedia = CallMedia()
    guest_media: tuple[Remote, ...] = ()
    """How guests are seen and heard here; `peer` is the guest's id."""
    rundown: Rundown = Rundown()
    recording: Recording = Recording()
    library: Library = Library()
    works: tuple[Work, ...] = ()
    """What is being made of recordings, the next first."""
    panic: bool = False
    """The curtain is down and everything is silent."""
    preflight: Preflight = Preflight()
    rehearsal: Rehearsal = Rehearsal()
    hotkeys: dict[str, str] = {}
    """Keys that are not the usual ones, by the window's action; empty for none."""
    alarms: tuple[Alarm, ...] = ()
    redo: tuple[str, ...] = ()
    """Sentences of what can be done again, next last."""
    unsaved: str = ""
    """Why the show file cannot be written."""
    undo: tuple[str, ...] = ()
    """Sentences of what can be undone, newest last."""
