"""Commands about the show itself; the server runs them."""

from typing import Annotated, ClassVar

from msgspec import Meta

from studio.commands.base import Command, Owner
from studio.show.shelf import PRODUCTS_MAX, Product
from studio.state.show import ShowState

Title = Annotated[str, Meta(min_length=1, max_length=200)]
FilePath = Annotated[str, Meta(min_length=1, max_length=4096)]
Short = Annotated[str, Meta(max_length=200)]
ShowId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$(?!\n)")]


class ShowCommand(Command, frozen=True, kw_only=True):
    """The base of commands that the server owns."""

    owner: ClassVar[Owner] = "server"


class ShowCreate(ShowCommand, tag="show.create", frozen=True, kw_only=True):
    """Create the show at the server if it is not there; an existing one is left as it is."""

    id: ShowId
    title: Title
    brand: Short = ""
    starts_at_ms: int | None = None
    poster: Short = ""
    products: Annotated[tuple[Product, ...], Meta(max_length=PRODUCTS_MAX)] = ()
    unlisted: bool = False


class ShowStart(ShowCommand, tag="show.start", frozen=True, kw_only=True):
    """Put the show live: the audience sees the programme. Guarded: answers with a confirm code first."""

    when: ClassVar[frozenset[ShowState]] = frozenset({"draft", "rehearsal", "paused"})
    confirm: str = ""


class ShowPause(ShowCommand, tag="show.pause", frozen=True, kw_only=True):
    """Pause the show: the audience sees the pause curtain; the stream goes on."""

    when: ClassVar[frozenset[ShowState]] = frozenset({"live"})


class ShowResume(ShowCommand, tag="show.resume", frozen=True, kw_only=True):
    """Resume a paused show."""

    when: ClassVar[frozenset[ShowState]] = frozenset({"paused"})


class ShowEnd(ShowCommand, tag="show.end", frozen=True, kw_only=True):
    """End the show for good: the audience sees the thank-you curtain. Guarded: answers with a confirm code first."""

    when: ClassVar[frozenset[ShowState]] = frozenset({"live", "paused"})
    confirm: str = ""


class ShowRehearse(ShowCommand, tag="show.rehearse", frozen=True, kw_only=True):
    """Begin (`on=true`) or leave (`on=false`) a rehearsal: everything works, and the public page shows nothing of it."""

    when: ClassVar[frozenset[ShowState]] = frozenset({"draft", "rehearsal"})
    on: bool = True


class ShowFileCommand(Command, frozen=True, kw_only=True):
    """The base of commands about the open show's file, at the desktop itself: what they name lies on its disk."""

    relayed: ClassVar[bool] = False


class ShowBring(ShowFileCommand, tag="show.bring", frozen=True, kw_only=True):
    """Take a show file or bundle into the folder of shows. Returns the path of its file there."""

    path: FilePath


class ShowCopy(ShowFileCommand, tag="show.copy", frozen=True, kw_only=True):
    """Keep a copy of the open show, with the products it has now, to be held under another title. Returns its file's path."""

    title: Title


class ShowExport(ShowFileCommand, tag="show.export", frozen=True, kw_only=True):
    """Write the open show as a bundle. Returns the names of files that were missing."""

    path: FilePath


class ShowRename(ShowCommand, tag="show.rename", frozen=True, kw_only=True):
    """Give the show another title."""

    title: Title
