"""Calls without a server: a bridge that remembers what it is asked to do, and customers in every state."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QImage

from studio.commands.base import Command, tag_of
from studio.desktop.studio import StudioOptions
from studio.errors import StudioError
from studio.queries import Query
from studio.queries.catalogue import CatalogueSearch, Found
from studio.settings import Settings
from studio.show.call import Call, CallLine, CannedReply, Card, CardProduct, Person, Topic
from studio.show.product import CatalogueProduct, Offer, Variant
from studio.show_file import ShowFile, ShowInfo
from studio.state import Product, Source, State
from studio.state.calls import Advising, Advisor, CallFigures, CallMedia, Calls, Remote
from studio.state.stream import Link
from ui.bridge import Bridge
from ui.mailboxes import Mailboxes

S = TypeVar("S", bound=msgspec.Struct)
NOW_MS = 1_762_200_000_000
"""What the server's clock says, unless a test says otherwise."""


class FakeMailboxes(Mailboxes):
    """The other end's picture is what the test says."""

    picture: QImage | None = None
    number = 0

    def call_picture(self, peer: str, than: int, room: QSize) -> tuple[int, QImage] | None:
        if self.picture is None or than == self.number:
            return None
        size = self.picture.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        return self.number, self.picture.scaled(size)


class FakeBridge(Bridge):
    """A bridge over no studio: `show` puts a state into it, `sent` are the commands that came, `refuses` are the errors by the
    command's tag, `answers` what else they answer."""

    def __init__(self, state: State | None = None) -> None:
        super().__init__(StudioOptions(ShowFile(show=ShowInfo(id="s", title="S")), None), Settings())
        self._shown = state if state is not None else calm()
        self.sent: list[Command] = []
        self.refuses: dict[str, StudioError] = {}
        self.answers: dict[str, Any] = {}
        self.found: tuple[CatalogueProduct, ...] = ()
        self.asked: list[str] = []
        self.mailboxes: FakeMailboxes = FakeMailboxes(lambda: None)

    @property
    def state(self) -> State:
        return self._shown

    def show(self, state: State) -> None:
        """Another state."""
        self._shown = state
        self.changed.emit()

    def run(self, command: Command, done: Callable[[Any], None] | None = None) -> None:
        if isinstance(command, Query):
            self._answer(command, done)
            return
        self.sent.append(command)
        error = self.refuses.get(tag_of(command))
        if error is not None:
            self.refused.emit(error)
        elif done is not None:
            done(self.answers.get(tag_of(command)))

    def attempt(self, command: Command, done: Callable[[StudioError | None], None], *, alone: bool = False) -> None:
        self.sent.append(command)
        error = self.refuses.get(tag_of(command))
        if error is not None:
            self.refused.emit(error)
        QTimer.singleShot(0, self, lambda: done(error))

    def _answer(self, query: Query, done: Callable[[Any], None] | None) -> None:
        if isinstance(query, CatalogueSearch):
            self.asked.append(query.words)
        if done is not None:
            done(Found(self.found) if isinstance(query, CatalogueSearch) else self.answers.get(tag_of(query), ()))

    def sent_of(self, kind: type[Command]) -> list[Any]:
        """The commands of one kind that came."""
        return [command for command in self.sent if isinstance(command, kind)]


def of(struct: S | None, **changes: Any) -> S:
    """The same with something else."""
    assert struct is not None
    return msgspec.structs.replace(struct, **changes)


CARD = Card(
    page="/natcreme",
    title="Hydra Natcreme",
    seen=(
        CardProduct(id="p1", title="Ansigtsolie"),
        CardProduct(id="p3", title="Lermaske"),
        CardProduct(id="p2", title="Natcreme"),
    ),
    cart=(
        CardProduct(id="p1", title="Ansigtsolie 30 ml", quantity=1, price_minor=24900),
        CardProduct(id="p2", title="Hydra Natcreme", variant="50 ml", quantity=1, price_minor=37900),
    ),
    cart_minor=62800,
    currency="DKK",
    camera="granted",
    microphone="granted",
    extra={"Hudtest": "tør · sensitiv"},
)
ANNE = Call(
    id="c1",
    state="waiting",
    kind="video",
    entered_ms=NOW_MS - 31_000,
    since_ms=NOW_MS - 31_000,
    name="Anne",
    language="da",
    topic="skin",
    card=CARD,
    consent="ap-",
)
GUEST = Call(
    id="c2",
    state="waiting",
    kind="sound",
    entered_ms=NOW_MS - 65_000,
    since_ms=NOW_MS - 65_000,
    language="en",
    card=Card(page="/hudtest", camera="missing", microphone="granted"),
)
MAJA = Call(
    id="c3",
    state="waiting",
    kind="video",
    entered_ms=NOW_MS - 22_000,
    since_ms=NOW_MS - 22_000,
    name="Maja T.",
    card=Card(camera="prompt", microphone="denied"),
    note="Vil bytte sin natcreme til en uden parfume",
    again=True,
)
LIVE = Call(
    id="c9",
    state="live",
    kind="video",
    entered_ms=NOW_MS - 300_000,
    since_ms=NOW_MS - 240_000,
    answered_ms=NOW_MS - 240_000,
    name="Birgit",
    advisor="d2",
    advisor_name="Jonas",
)
ADVISORS = (
    Advisor(client="d1", name="Mette", status="busy"),
    Advisor(client="d2", name="Jonas", status="busy"),
    Advisor(client="d3", name="Sofie Kjærgaard", status="free", topics=("makeup",), languages=("da", "en")),
)
REPLIES = (
    CannedReply(title="Fri fragt", text="Der er fri fragt over 499 kr."),
    CannedReply(title="Retur & bytte", text="Du har 30 dages fuld returret, også på åbnet creme."),
)
PRODUCTS = (
    Product(id="p1", title="Ansigtsolie 30 ml", price_minor=24900, stock=12),
    Product(id="p2", title="Hydra Natcreme 50 ml", price_minor=37900, stock=31),
    Product(id="p3", title="Grøn Lermaske", price_minor=19900, stock=8),
    Product(id="p4", title="Lavendel Sleep Mist", price_minor=14900, stock=60),
)
MIST = CatalogueProduct(id="p4", title="Lavendel Sleep Mist", currency="DKK", offer=Offer(price_minor=14900, stock=60))
BALM = CatalogueProduct(
    id="p7",
    title="Læbepomade",
    currency="DKK",
    offer=Offer(price_minor=7900, stock=4),
    variants=(
        Variant(id="p7-r", title="Rose", offer=Offer(price_minor=7900, stock=4)),
        Variant(id="p7-h", title="Honning & mælk", offer=Offer(price_minor=8900, stock=0)),
    ),
)
SOURCES = (
    Source(id="cam", kind="camera", name="Kamera", status="live"),
    Source(id="mic", kind="microphone", name="Mikrofon", status="live"),
)
LINES = (
    CallLine(id="1", at_ms=NOW_MS - 200_000, author="customer", name="Anne", text="Hej, er natcremen uden parfume?"),
    CallLine(id="2", at_ms=NOW_MS - 180_000, author="advisor", name="Mette", text="Ja, den er helt uden parfume."),
    CallLine(id="3", at_ms=NOW_MS - 170_000, author="advisor", name="Mette", product="p2"),
)
REMOTE = Remote(peer="x1", name="Anne", status="connected", picture=True, size=(1280, 720), quality="good")


def queue(*calls: Call, **changes: Any) -> Calls:
    """The line, in an open shop."""
    made = Calls(
        at_ms=NOW_MS,
        open=True,
        change_ms=NOW_MS + 3_600_000,
        waiting=len(calls),
        queue=calls,
        advisors=ADVISORS,
        today=CallFigures(answered=14, missed=2, wait_p50_s=38, wait_p95_s=90, length_p50_s=372),
        topics=(Topic(id="skin", name="Hudpleje"), Topic(id="makeup", name="Makeup")),
        replies=REPLIES,
    )
    return of(made, **changes)


def state(advising: Advising, calls: Calls | None = None, media: CallMedia | None = None) -> State:
    """A desktop with camera and microphone, connected."""
    plain = State()
    return of(
        plain,
        advising=advising,
        calls=calls if calls is not None else queue(),
        call_media=media if media is not None else CallMedia(),
        link=Link(status="connected"),
        sources=SOURCES,
        shop=of(plain.shop, products=PRODUCTS),
    )


def calm(status: str = "free", **changes: Any) -> State:
    """Nobody in line."""
    return state(Advising(status=status, **changes))  # type: ignore[arg-type]


def ringing(call: Call = ANNE, *others: Call) -> State:
    """`call` rings here for twelve seconds more."""
    here = of(call, state="ringing", advisor="d1", advisor_name="Mette", since_ms=NOW_MS - 8000, until_ms=NOW_MS + 12_000)
    return state(Advising(status="ringing", call=here), queue(here, *(others or (GUEST, MAJA)), live=(LIVE,)))


def talking(call: Call = ANNE, remote: Remote | None = REMOTE, media: dict[str, Any] | None = None, **changes: Any) -> State:
    """In a call for 6:41."""
    here = of(
        call,
        state=changes.pop("state", "live"),
        answered_ms=NOW_MS - 401_000,
        since_ms=NOW_MS - 401_000,
        advisor="d1",
        advisor_name="Mette",
        people=(Person(peer="a1", client="d1", name="Mette"),),
        held=changes.pop("held", False),
        until_ms=changes.pop("until_ms", None),
    )
    advising = of(Advising(status="busy", call=here, lines=LINES, shown="p2"), **changes)
    remotes = (remote,) if remote is not None else ()
    return state(advising, queue(GUEST, MAJA, live=(here, LIVE)), CallMedia(remotes=remotes, **(media or {})))


def wrapping() -> State:
    """After a call."""
    made = talking()
    call = of(made.advising.call, state="ended", since_ms=NOW_MS, ending="left")
    return of(made, advising=of(made.advising, status="wrap_up", call=call, shown=""), call_media=CallMedia())
