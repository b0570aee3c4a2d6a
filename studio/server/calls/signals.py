"""How the ends of a call find each other: signals go from a page to its advisors and back, and to nobody else."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from studio import wire
from studio.clock import Clock
from studio.errors import Forbidden
from studio.i18n import N_
from studio.server.calls import words
from studio.server.calls.customer import Customer
from studio.server.calls.seats import AdvisorSession, Seat
from studio.server.db.calls import CallRow
from studio.server.ice_servers import IceServers

OF_THE_SERVER = "ice"
"""How an end is reached is for the server to say, and for nobody else."""


class Signals:
    """`seats` by desktop, `customers` by call, `seats_of(call)`: all the desk's own. `relay`: through TURN only."""

    def __init__(
        self,
        ice: IceServers,
        clock: Clock,
        *,
        relay: bool,
        seats: Mapping[str, Seat],
        customers: Mapping[str, Customer],
        seats_of: Callable[[str], Iterable[Seat]],
    ) -> None:
        self._ice = ice
        self._clock = clock
        self._relay = relay
        self._seats, self._customers = seats, customers
        self._seats_of = seats_of

    def ice_servers(self) -> list[dict[str, Any]]:
        """As `RTCPeerConnection` takes them, with passwords that end."""
        servers: list[dict[str, Any]] = msgspec.to_builtins(self._ice.at(self._clock.wall_ms() / 1000))
        return servers

    def introduce(self, seat: Seat) -> None:
        """What a desktop needs to connect: TURN's passwords travel here and are kept nowhere."""
        if seat.call is None or not seat.peer:
            return
        data = {"type": OF_THE_SERVER, "servers": self.ice_servers(), "relay": self._relay, "self": seat.peer}
        seat.put(wire.Signal(call=seat.call.id, peer="customer", data=data))

    def from_page(self, row: CallRow, word: words.Signal) -> None:
        """From the page to one person of its call."""
        if word.data.get("type") == OF_THE_SERVER:
            return
        for seat in self._seats_of(row.id):
            if seat.peer and seat.peer == word.peer:
                seat.put(wire.Signal(call=row.id, peer="customer", data=word.data))

    def from_desktop(self, session: AdvisorSession, message: wire.Signal) -> None:
        """From a desktop to its customer, or to a colleague in the same call. Raises `Forbidden` where it is in no such call."""
        seat = self._seats.get(session.client)
        if seat is None or session not in seat.sessions or seat.call is None or seat.call.id != message.call or not seat.peer:
            raise Forbidden(N_("You are in no call"))
        if message.peer == "customer":
            if (customer := self._customers.get(message.call)) is not None:
                customer.put({"t": "signal", "peer": seat.peer, "data": message.data})
            return
        for other in self._seats_of(message.call):
            if other.peer == message.peer and other is not seat:
                other.put(wire.Signal(call=message.call, peer=seat.peer, data=message.data))
