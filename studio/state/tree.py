"""The whole tree: what every window, remote and test sees."""

from msgspec import Struct

from studio.show.brand import Brand
from studio.show.guest import Guest
from studio.state.alarm import Alarm
from studio.state.branch import BrandBranch, DesktopBranch, HomeBranch, PersonBranch, ShowBranch
from studio.state.calls import Advising, CallMedia, Calls, Remote
from studio.state.mixer import Mixer
from studio.state.newsletters import Newsletters
from studio.state.preflight import Preflight
from studio.state.recording import Library, Recording, Work
from studio.state.rehearsal import Rehearsal
from studio.state.relation import Relation
from studio.state.rundown import Rundown
from studio.state.scene import Scenes
from studio.state.shop import Feed, Numbers, Shop
from studio.state.show import Show
from studio.state.source import Source
from studio.state.stream import Link, Stream


class State(Struct, frozen=True, kw_only=True):
    """A branch a domain, with who keeps it; `branches` has them as a table."""

    show: ShowBranch[Show] = Show()
    shop: ShowBranch[Shop] = Shop()
    numbers: ShowBranch[Numbers] = Numbers()
    feeds: BrandBranch[tuple[Feed, ...]] = ()
    brand: BrandBranch[Brand] = Brand()
    relation: BrandBranch[Relation] = Relation()
    newsletters: BrandBranch[Newsletters] = Newsletters()
    calls: BrandBranch[Calls] = Calls()
    """The brand's customers in line."""
    advising: PersonBranch[Advising] = Advising()
    """What whoever sits here is doing for them."""
    guests: ShowBranch[tuple[Guest, ...]] = ()
    """Who is invited into the show, and whether they are there."""
    scenes: DesktopBranch[Scenes] = Scenes()
    sources: DesktopBranch[tuple[Source, ...]] = ()
    mixer: DesktopBranch[Mixer] = Mixer()
    stream: DesktopBranch[Stream] = Stream()
    link: DesktopBranch[Link] = Link()
    call_media: DesktopBranch[CallMedia] = CallMedia()
    guest_media: DesktopBranch[tuple[Remote, ...]] = ()
    """How guests are seen and heard here; `peer` is the guest's id."""
    rundown: DesktopBranch[Rundown] = Rundown()
    recording: DesktopBranch[Recording] = Recording()
    library: DesktopBranch[Library] = Library()
    works: DesktopBranch[tuple[Work, ...]] = ()
    """What is being made of recordings, the next first."""
    panic: DesktopBranch[bool] = False
    """The curtain is down and everything is silent."""
    preflight: DesktopBranch[Preflight] = Preflight()
    rehearsal: DesktopBranch[Rehearsal] = Rehearsal()
    hotkeys: HomeBranch[dict[str, str]] = {}
    """Keys that are not the usual ones, by the window's action; empty for none."""
    alarms: DesktopBranch[tuple[Alarm, ...]] = ()
    redo: HomeBranch[tuple[str, ...]] = ()
    """Sentences of what can be done again, next last."""
    unsaved: HomeBranch[str] = ""
    """Why the show file cannot be written."""
    undo: HomeBranch[tuple[str, ...]] = ()
    """Sentences of what can be undone, newest last."""
