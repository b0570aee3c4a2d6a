"""What `vitrine serve` is told: by its command line, or by a TOML file on the brand's machine."""

import importlib.util
import os
import re
import tomllib
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from studio import paths
from studio.errors import InvalidValue
from studio.i18n import N_
from studio.show.film import origin_of

MAILBOX = r"[^@\s<>]+@[^@\s<>]+|[^<>\r\n@\"]{1,80} <[^@\s<>]+@[^@\s<>]+>"


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file."""


class Tls(Table, frozen=True, kw_only=True):
    """`certificate` (the whole chain) and `key`: PEM files, read again on SIGHUP."""

    certificate: str = ""
    key: str = ""


class Ice(Table, frozen=True, kw_only=True):
    """How viewers' pictures reach them.

    `public_ip`: where the machine is reached when it does not have that address itself. `udp_ports`: `first-last`, to be
    opened in the firewall; a viewer takes one. `stun` and `turn`: addresses like `stun:stun.example.com` and
    `turns:turn.example.com:443?transport=tcp`. `turn_secret_file`: the TURN server's shared secret (coturn's
    `static-auth-secret`); each viewer gets a name and a password that end after `turn_hours`. `direct_calls`: advisors'
    desktops may talk to customers without it, who then learn their addresses.
    """

    public_ip: str = ""
    udp_ports: str = ""
    stun: tuple[str, ...] = ()
    turn: tuple[str, ...] = ()
    turn_secret_file: str = ""
    turn_hours: float = 12
    direct_calls: bool = False


class Limits(Table, frozen=True, kw_only=True):
    """`readers` get pictures, `members` have a page open. The rest is for each address: joins and wrong tokens a minute,
    and connections at once. An office or a mobile network may stand behind one address."""

    readers: int = 500
    members: int = 5000
    joins_a_minute: int = 240
    wrong_tokens_a_minute: int = 10
    connections: int = 1000


class Retention(Table, frozen=True, kw_only=True):
    """For how many days after a show has ended its events, what people wrote, and what visitors did who agreed to that, are
    kept; 0: for ever. Visitors who were not seen for `visitors_days` are forgotten whole, and calls `calls_days` after they
    ended."""

    events_days: int = 0
    chat_days: int = 90
    visitors_days: int = 365
    calls_days: int = 90


class FilmRules(Table, frozen=True, kw_only=True):
    """`gigabytes`: how much replays and clips may take on the disk, those on their way here included. `stores`: origins such
    as `https://films.example.com` where desktops may put them instead."""

    gigabytes: int = 200
    stores: tuple[str, ...] = ()


class FeedRules(Table, frozen=True, kw_only=True):
    """`private`: feeds and pictures may lie on this machine or its own network."""

    private: bool = False


class ShopRules(Table, frozen=True, kw_only=True):
    """`orders_secret_file`: what the shop's server signs its orders with; empty: it tells of none."""

    orders_secret_file: str = ""


class Login(Table, frozen=True, kw_only=True):
    """Somebody who logs the shop's visitors in. `kind` `oidc`: any provider of OpenID Connect, by its `issuer`; `facebook`:
    Facebook Login. `own`: these are the brand's own accounts: `claim` is the customer's number, as the shop's server tells it;
    of others the name of this login stands before it. `email`: a verified address is taken along."""

    name: str
    kind: Literal["oidc", "facebook"] = "oidc"
    issuer: str = ""
    client_id: str
    client_secret_file: str = ""
    scopes: tuple[str, ...] = ("openid", "email")
    own: bool = False
    claim: str = "sub"
    email: bool = True


class Mail(Table, frozen=True, kw_only=True):
    """Where letters go out: confirmations and reminders of booked calls, newsletters. `host` empty: none are written.
    `sender`: an address, or `Name <address>`. `inbox`: the brand's own address, told of messages that customers leave, in
    `language`; empty: nobody is. `bounces`: where newsletters that could not be delivered return to; empty: to the sender."""

    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: str = ""
    sender: str = ""
    inbox: str = ""
    language: Literal["en", "da"] = "en"
    bounces: str = ""


class Mailbox(Table, frozen=True, kw_only=True):
    """Where what could not be delivered is read from, by IMAP: addresses that are none any more, and complaints, get nothing
    more. `host` empty: nothing is read."""

    host: str = ""
    port: int = 993
    security: Literal["tls", "none"] = "tls"
    user: str = ""
    password_file: str = ""
    folder: str = "INBOX"


class Forward(Table, frozen=True, kw_only=True):
    """Where what visitors do is told as well, signed with the secret: a warehouse of the brand's own. `url` empty: nowhere."""

    url: str = ""
    secret_file: str = ""


class WarehouseRules(Table, frozen=True, kw_only=True):
    """`folder`: where what visitors do is written every night, in Parquet; or `s3://bucket/folder`. Empty: nowhere. `key_id` and
    `secret_file` empty: what the machine itself may do there; `endpoint` empty: AWS's."""

    folder: str = ""
    endpoint: str = ""
    region: str = ""
    key_id: str = ""
    secret_file: str = ""


class MailToolRules(Table, frozen=True, kw_only=True):
    """A mail tool that the brand writes with as well: it gets those who subscribe to `topic`, on its `list`, and whoever says no
    to it gets nothing from here either. `url` empty: the tool's own."""

    name: str
    kind: Literal["klaviyo", "brevo", "mailchimp"]
    key_file: str
    list: str
    topic: str
    url: str = ""


class Logs(Table, frozen=True, kw_only=True):
    """`format`: `text` or `json` (one object a line)."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class Database(Table, frozen=True, kw_only=True):
    """`url`: SQLAlchemy's, without the password; `password_file` holds that."""

    url: str = ""
    password_file: str = ""


class ServerConfig(Table, frozen=True, kw_only=True):
    """`database` is a SQLAlchemy URL. `embedded`: started by a desktop, serves this machine only, checks `Host`, limits
    nobody. `linger_s`: how long to live without a desktop (0: for ever). `origins`: other sites that may embed the player.
    `url`: where people reach the server, when it stands behind something. `proxies`: addresses whose `X-Forwarded-For` is
    believed."""

    host: str = "127.0.0.1"
    port: int = 0
    url: str = ""
    database: str
    embedded: bool = False
    linger_s: float = 0
    origins: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    tls: Tls = Tls()
    ice: Ice = Ice()
    limits: Limits = Limits()
    retention: Retention = Retention()
    films: FilmRules = FilmRules()
    feeds: FeedRules = FeedRules()
    shop: ShopRules = ShopRules()
    mail: Mail = Mail()
    mailbox: Mailbox = Mailbox()
    login: tuple[Login, ...] = ()
    forward: Forward = Forward()
    mail_tool: tuple[MailToolRules, ...] = ()
    warehouse: WarehouseRules = WarehouseRules()
    logs: Logs = Logs()

    @property
    def data_dir(self) -> Path:
        """Where files lie that belong to the database: beside it, or where this user's data is."""
        file = sqlite_file(self.database)
        return file.parent if file is not None else paths.data_dir()


class _Server(Table, frozen=True, kw_only=True):
    host: str = "0.0.0.0"
    port: int = 443
    url: str = ""
    origins: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()


class _File(Table, frozen=True, kw_only=True):
    server: _Server = _Server()
    tls: Tls = Tls()
    ice: Ice = Ice()
    limits: Limits = Limits()
    retention: Retention = Retention()
    films: FilmRules = FilmRules()
    feeds: FeedRules = FeedRules()
    shop: ShopRules = ShopRules()
    mail: Mail = Mail()
    mailbox: Mailbox = Mailbox()
    login: tuple[Login, ...] = ()
    forward: Forward = Forward()
    mail_tool: tuple[MailToolRules, ...] = ()
    warehouse: WarehouseRules = WarehouseRules()
    log: Logs = Logs()
    database: Database = Database()


def sqlite_url(path: Path) -> str:
    """The database URL of a SQLite file."""
    return f"sqlite+aiosqlite:///{path}"


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite URL; None for a server's."""
    parsed = make_url(url)
    return Path(str(parsed.database)).resolve() if parsed.get_backend_name() == "sqlite" else None


def load_config(path: Path, default_database: str) -> ServerConfig:
    """Read a TOML file. Paths in it are relative to its folder. Raises `InvalidValue`, which names the field and the cure."""
    try:
        content = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise InvalidValue("{path} cannot be read: {problem}", path=str(path), problem=error.strerror or error) from None
    except UnicodeDecodeError:
        raise InvalidValue("{path} is not in UTF-8: save it so", path=str(path)) from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidValue("{path} is not TOML: {problem}", path=str(path), problem=error) from None
    try:
        file = msgspec.convert(content, _File)
    except msgspec.ValidationError as error:
        raise _invalid(error) from None
    config = ServerConfig(
        **{name: getattr(file.server, name) for name in _Server.__struct_fields__},
        database=_database(file.database, path.parent, default_database),
        tls=Tls(certificate=_beside(path, file.tls.certificate), key=_beside(path, file.tls.key)),
        ice=msgspec.structs.replace(file.ice, turn_secret_file=_beside(path, file.ice.turn_secret_file)),
        limits=file.limits,
        retention=file.retention,
        films=file.films,
        feeds=file.feeds,
        shop=ShopRules(orders_secret_file=_beside(path, file.shop.orders_secret_file)),
        mail=msgspec.structs.replace(file.mail, password_file=_beside(path, file.mail.password_file)),
        mailbox=msgspec.structs.replace(file.mailbox, password_file=_beside(path, file.mailbox.password_file)),
        login=tuple(msgspec.structs.replace(one, client_secret_file=_beside(path, one.client_secret_file)) for one in file.login),
        forward=msgspec.structs.replace(file.forward, secret_file=_beside(path, file.forward.secret_file)),
        mail_tool=tuple(msgspec.structs.replace(one, key_file=_beside(path, one.key_file)) for one in file.mail_tool),
        warehouse=_warehouse(path, file.warehouse),
        logs=file.log,
    )
    _check(config)
    return config


def _invalid(error: msgspec.ValidationError) -> InvalidValue:
    """msgspec's words: `Expected `int`, got `str` - at `$.server.port``."""
    text, _, where = str(error).partition(" - at `$.")
    unknown = re.search(r"unknown field `(\w+)`", text)
    field = where.rstrip("`") or None
    if unknown is not None:
        field = ".".join(filter(None, (field, unknown[1])))
        return InvalidValue(N_("There is no such setting; see packaging/vitrine.toml for those there are"), field=field)
    return InvalidValue("{problem}", field=field, problem=text.replace("`", ""))


def _warehouse(path: Path, said: WarehouseRules) -> WarehouseRules:
    folder = said.folder if said.folder.startswith("s3://") else _beside(path, said.folder)
    return msgspec.structs.replace(said, folder=folder, secret_file=_beside(path, said.secret_file))


def _beside(path: Path, name: str) -> str:
    return str((path.parent / name).resolve()) if name else ""


def _database(given: Database, folder: Path, default: str) -> str:
    if not given.url:
        return default
    try:
        url = make_url(given.url)
    except SQLAlchemyError:
        problem = N_("This is no address of a database; write sqlite:///shows.sqlite or postgresql://user@host/name")
        raise InvalidValue(problem, field="database.url") from None
    kind = url.get_backend_name()
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
    if kind not in drivers:
        raise InvalidValue(N_("Only SQLite and PostgreSQL are supported"), field="database.url")
    if url.password is not None:
        raise InvalidValue(N_("Put the password into a file and name it as password_file"), field="database.url")
    url = url.set(drivername=drivers[kind])
    if kind == "sqlite":
        if not url.database:
            raise InvalidValue(N_("Name the file: sqlite:///shows.sqlite"), field="database.url")
        return sqlite_url((folder / url.database).resolve())
    if given.password_file:
        url = url.set(password=read_secret(str(folder / given.password_file), "database.password_file"))
    return url.render_as_string(hide_password=False)


def read_secret(path: str, field: str) -> str:
    """A secret's file, without the line end. Raises `InvalidValue`."""
    try:
        secret = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidValue("{path} cannot be read: {problem}", field=field, path=path, problem=error) from None
    if not secret:
        raise InvalidValue("{path} is empty", field=field, path=path)
    return secret


def port_range(text: str) -> range:
    """`50000-50199`; an empty range when nothing is said. Raises `InvalidValue`."""
    if not text:
        return range(0)
    found = re.fullmatch(r"\s*(\d{1,5})\s*-\s*(\d{1,5})\s*", text)
    if found is None or not 1024 <= int(found[1]) <= int(found[2]) <= 65535:
        raise InvalidValue(N_("Write first-last, between 1024 and 65535, such as 50000-50199"), field="ice.udp_ports")
    return range(int(found[1]), int(found[2]) + 1)


def _check(config: ServerConfig) -> None:
    if not 0 <= config.port < 65536:
        raise InvalidValue(N_("It must be from 0 to 65535"), field="server.port")
    for number, origin in enumerate(config.origins):
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.rstrip("/"):
            raise InvalidValue(N_("Write the site's origin, such as https://shop.example.com"), field=f"server.origins[{number}]")
    if config.url and urlsplit(config.url).scheme not in ("http", "https"):
        raise InvalidValue(N_("Write the whole address, such as https://show.example.com"), field="server.url")
    if bool(config.tls.certificate) != bool(config.tls.key):
        raise InvalidValue(N_("certificate and key belong together"), field="tls")
    for name in ("certificate", "key"):
        path = getattr(config.tls, name)
        if path and not os.access(path, os.R_OK):
            raise InvalidValue("{path} cannot be read", field=f"tls.{name}", path=path)
    for name, value in msgspec.structs.asdict(config.retention).items():
        if value < 0:
            raise InvalidValue(N_("It must be 0 (for ever) or more"), field=f"retention.{name}")
    if config.films.gigabytes < 1:
        raise InvalidValue(N_("It must be at least 1"), field="films.gigabytes")
    for number, store in enumerate(config.films.stores):
        _check_store(store, f"films.stores[{number}]")
    if config.shop.orders_secret_file:
        read_secret(config.shop.orders_secret_file, "shop.orders_secret_file")
    _check_mail(config.mail)
    _check_mailbox(config.mailbox)
    _check_logins(config.login)
    _check_forward(config.forward)
    _check_mail_tools(config.mail_tool)
    _check_warehouse(config.warehouse)
    port_range(config.ice.udp_ports)
    _check_ice(config.ice)
    for name, value in msgspec.structs.asdict(config.limits).items():
        if value < 1:
            raise InvalidValue(N_("It must be at least 1"), field=f"limits.{name}")


def _check_store(store: str, field: str) -> None:
    try:
        origin_of(store)
    except InvalidValue as error:
        raise InvalidValue(error.message, field=field) from None
    if urlsplit(store).path.rstrip("/") or urlsplit(store).query:
        raise InvalidValue(N_("Write the whole address, such as https://films.example.com"), field=field)


def _check_ice(ice: Ice) -> None:
    for kind, urls in {"stun": ice.stun, "turn": ice.turn}.items():
        for number, url in enumerate(urls):
            if not re.fullmatch(rf"{kind}s?:[\w.:\[\]-]+(\?transport=(udp|tcp))?", url):
                example = "stun:stun.example.com:3478" if kind == "stun" else "turns:turn.example.com:443?transport=tcp"
                raise InvalidValue("Write an address such as {example}", field=f"ice.{kind}[{number}]", example=example)
    if ice.turn and not ice.turn_secret_file:
        raise InvalidValue(N_("A TURN server needs its shared secret in a file"), field="ice.turn_secret_file")
    if ice.turn_secret_file:
        read_secret(ice.turn_secret_file, "ice.turn_secret_file")
    if ice.public_ip and not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-fA-F:]+", ice.public_ip):
        raise InvalidValue(N_("Write an IP address, such as 203.0.113.7"), field="ice.public_ip")


def _check_mail(mail: Mail) -> None:
    if mail.host and not re.fullmatch(MAILBOX, mail.sender):
        raise InvalidValue(N_("Write an address, or a name and an address: Shop <hello@shop.example>"), field="mail.sender")
    if mail.inbox and not re.fullmatch(MAILBOX, mail.inbox):
        raise InvalidValue(N_("Write an address, or a name and an address: Shop <hello@shop.example>"), field="mail.inbox")
    if mail.bounces and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", mail.bounces):
        raise InvalidValue(N_("Write an address, such as bounces@shop.example"), field="mail.bounces")
    if not 0 < mail.port < 65536:
        raise InvalidValue(N_("It must be from 1 to 65535"), field="mail.port")
    if bool(mail.user) != bool(mail.password_file):
        raise InvalidValue(N_("user and password_file belong together"), field="mail")
    if mail.user and mail.security == "none":
        raise InvalidValue(N_("A password would travel in the clear: use starttls or tls"), field="mail.security")
    if mail.password_file:
        read_secret(mail.password_file, "mail.password_file")


def _check_mailbox(mailbox: Mailbox) -> None:
    if not 0 < mailbox.port < 65536:
        raise InvalidValue(N_("It must be from 1 to 65535"), field="mailbox.port")
    if mailbox.host and not (mailbox.user and mailbox.password_file):
        raise InvalidValue(N_("A mailbox is read with a user and a password_file"), field="mailbox")
    if mailbox.password_file:
        read_secret(mailbox.password_file, "mailbox.password_file")


def _check_logins(logins: tuple[Login, ...]) -> None:
    for number, login in enumerate(logins):
        field = f"login[{number}]"
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", login.name):
            raise InvalidValue(N_("Write small letters, digits and hyphens"), field=f"{field}.name")
        if login.name in {other.name for other in logins[:number]}:
            raise InvalidValue(N_("Two logins have the same name"), field=f"{field}.name")
        parts = urlsplit(login.issuer)
        secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))
        if login.kind == "oidc" and not (secure and parts.hostname):
            raise InvalidValue(N_("Write the issuer's whole address, such as https://id.shop.example"), field=f"{field}.issuer")
        if login.kind == "oidc" and "openid" not in login.scopes:
            raise InvalidValue(N_("OpenID Connect needs the scope openid"), field=f"{field}.scopes")
        if login.kind == "facebook" and not login.client_secret_file:
            raise InvalidValue(N_("Facebook Login needs its secret in a file"), field=f"{field}.client_secret_file")
        if login.client_secret_file:
            read_secret(login.client_secret_file, f"{field}.client_secret_file")


def _check_forward(forward: Forward) -> None:
    if not forward.url:
        return
    parts = urlsplit(forward.url)
    here = parts.hostname in ("127.0.0.1", "localhost")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and here)):
        raise InvalidValue(N_("Write the whole address, such as https://warehouse.example.com/vitrine"), field="forward.url")
    if not forward.secret_file:
        raise InvalidValue(N_("What is forwarded is signed: name a file with a secret"), field="forward.secret_file")
    read_secret(forward.secret_file, "forward.secret_file")


def _check_warehouse(rules: WarehouseRules) -> None:
    if not rules.folder:
        return
    if importlib.util.find_spec("pyarrow") is None:
        raise InvalidValue(N_("Parquet needs pyarrow: install Vitrine with its extra warehouse"), field="warehouse.folder")
    if rules.folder.startswith("s3://") and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,62}(/[\w.=/-]*)?", rules.folder):
        raise InvalidValue(N_("Write s3://bucket/folder"), field="warehouse.folder")
    if rules.endpoint and not re.fullmatch(r"https?://[\w.:\[\]-]+/?", rules.endpoint):
        raise InvalidValue(N_("Write the whole address, such as https://s3.example.com"), field="warehouse.endpoint")
    if bool(rules.key_id) != bool(rules.secret_file):
        raise InvalidValue(N_("key_id and secret_file belong together"), field="warehouse")
    if rules.secret_file:
        read_secret(rules.secret_file, "warehouse.secret_file")


def _check_mail_tools(tools: tuple[MailToolRules, ...]) -> None:
    for number, tool in enumerate(tools):
        field = f"mail_tool[{number}]"
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", tool.name):
            raise InvalidValue(N_("Write small letters, digits and hyphens"), field=f"{field}.name")
        if tool.name in {other.name for other in tools[:number]}:
            raise InvalidValue(N_("Two mail tools have the same name"), field=f"{field}.name")
        if (tool.kind, tool.url, tool.list) in {(other.kind, other.url, other.list) for other in tools[:number]}:
            raise InvalidValue(N_("Two mail tools have the same list: who leaves one would leave both"), field=f"{field}.list")
        if not re.fullmatch(r"[0-9]{1,12}" if tool.kind == "brevo" else r"[A-Za-z0-9]{1,40}", tool.list):
            raise InvalidValue(N_("Write the list's id, as the tool shows it"), field=f"{field}.list")
        if not tool.topic:
            raise InvalidValue(N_("Name the topic whose subscribers go there"), field=f"{field}.topic")
        parts = urlsplit(tool.url)
        here = parts.hostname in ("127.0.0.1", "localhost")
        if tool.url and not (parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and here))):
            raise InvalidValue(N_("Write the whole address, such as https://mail.example.com"), field=f"{field}.url")
        key = read_secret(tool.key_file, f"{field}.key_file")
        if not key.isascii() or not key.isprintable():
            raise InvalidValue("{path} holds no key", field=f"{field}.key_file", path=tool.key_file)
        if tool.kind == "mailchimp" and not re.fullmatch(r"[A-Za-z0-9]+-[a-z]{2,4}[0-9]{1,3}", key):
            raise InvalidValue(N_("Mailchimp's keys end with its data centre, such as -us21"), field=f"{field}.key_file")
