"""What every part of the server stands on."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.server.admission import Admission
from studio.server.config import ServerConfig
from studio.server.event_log import EventLog
from studio.server.ice_servers import IceServers
from studio.server.live.asked import AskedShows
from studio.server.live.shows import LiveShows
from studio.server.mail.queue import MailQueue
from studio.server.open_sockets import OpenSockets
from studio.server.shop.visits import Visits
from studio.server.visitors import Visitors


@dataclass(frozen=True, slots=True)
class Ground:
    """`url()` is where people reach the server, `ice` how media reaches it, `admission` who may ask what studios
    ask, `asked` which show somebody asks about."""

    config: ServerConfig
    engine: AsyncEngine
    clock: Clock
    log: EventLog
    admission: Admission
    live_shows: LiveShows
    asked: AskedShows
    visitors: Visitors
    visits: Visits
    sockets: OpenSockets
    ice: IceServers
    mail: MailQueue
    url: Callable[[], str]

    @property
    def limited(self) -> bool:
        """Strangers may come; a desktop's own server has none."""
        return not self.config.embedded

    @property
    def relay(self) -> bool:
        """Calls go through TURN only, so that neither side learns the other's address."""
        return bool(self.config.ice.turn) and not self.config.ice.direct_calls

    def folder(self, name: str) -> Path:
        """Where a part keeps its files."""
        return self.config.data_dir / name
