"""What `vitrine serve` is told."""

from pathlib import Path

from msgspec import Struct


class ServerConfig(Struct, frozen=True, kw_only=True):
    """`database` is a SQLAlchemy URL. `embedded`: started by a desktop, serves this machine only and checks `Host`.
    `linger_s`: how long to live without a desktop (0: for ever). `origins`: other sites that may embed the player."""

    host: str = "127.0.0.1"
    port: int = 0
    database: str
    embedded: bool = False
    linger_s: float = 0
    origins: tuple[str, ...] = ()
    stun: tuple[str, ...] = ()
    max_readers: int = 500
    max_members: int = 5000


def sqlite_url(path: Path) -> str:
    """The database URL of a SQLite file."""
    return f"sqlite+aiosqlite:///{path}"
