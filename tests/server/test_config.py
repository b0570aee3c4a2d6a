"""The server's TOML file: what it may say, and one clear line for what it may not."""

import re
from pathlib import Path

import pytest

from studio.errors import InvalidValue
from studio.server.config import ServerConfig, load_config, port_range, sqlite_file, sqlite_url

DEFAULT = sqlite_url(Path("/data/shows.sqlite"))
EXAMPLE = Path(__file__).parents[2] / "packaging" / "vitrine.toml"


def load(folder: Path, text: str) -> ServerConfig:
    path = folder / "vitrine.toml"
    path.write_text(text)
    return load_config(path, DEFAULT)


def test_an_empty_file_is_a_server_for_everybody(tmp_path: Path) -> None:
    config = load(tmp_path, "")
    assert (config.host, config.port, config.database, config.embedded) == ("0.0.0.0", 443, DEFAULT, False)


def test_everything_can_be_said(tmp_path: Path) -> None:
    for name, content in {"turn.secret": "s3cret\n", "db.password": "p:w@\n", "chain.pem": "x", "key.pem": "x"}.items():
        (tmp_path / name).write_text(content)
    config = load(
        tmp_path,
        """
        [server]
        host = "::"
        port = 8443
        url = "https://show.example.com"
        origins = ["https://shop.example.com"]
        proxies = ["127.0.0.1"]
        [tls]
        certificate = "chain.pem"
        key = "key.pem"
        [ice]
        public_ip = "203.0.113.7"
        udp_ports = "50000-50199"
        stun = ["stun:stun.example.com"]
        turn = ["turn:turn.example.com?transport=udp", "turns:turn.example.com:443?transport=tcp"]
        turn_secret_file = "turn.secret"
        [limits]
        readers = 200
        [retention]
        events_days = 30
        [log]
        format = "json"
        [database]
        url = "postgresql://vitrine@db.example.com/shows"
        password_file = "db.password"
        """,
    )
    assert config.tls.certificate == str(tmp_path / "chain.pem")
    assert config.database == "postgresql+asyncpg://vitrine:p%3Aw%40@db.example.com/shows"
    assert sqlite_file(config.database) is None
    assert port_range(config.ice.udp_ports) == range(50000, 50200)
    assert (config.limits.readers, config.limits.members) == (200, 5000)


def test_a_sqlite_file_is_relative_to_the_settings(tmp_path: Path) -> None:
    config = load(tmp_path, '[database]\nurl = "sqlite:///shows.sqlite"')
    assert sqlite_file(config.database) == tmp_path / "shows.sqlite"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("[server]\nprot = 80", "server.prot"),
        ("[sever]\nport = 80", "sever"),
        ('[server]\nport = "80"', "server.port"),
        ("[server]\nport = 70000", "server.port"),
        ('[server]\norigins = ["shop.example.com"]', "server.origins[0]"),
        ('[server]\norigins = ["https://a.example", "https://shop.example.com/shop"]', "server.origins[1]"),
        ('[server]\nurl = "show.example.com"', "server.url"),
        ('[tls]\ncertificate = "c.pem"', "tls"),
        ('[tls]\ncertificate = "c.pem"\nkey = "k.pem"', "tls.certificate"),
        ('[ice]\nudp_ports = "50000"', "ice.udp_ports"),
        ('[ice]\nudp_ports = "60000-50000"', "ice.udp_ports"),
        ('[ice]\nudp_ports = "80-90"', "ice.udp_ports"),
        ('[ice]\npublic_ip = "show.example.com"', "ice.public_ip"),
        ('[ice]\nstun = ["stun.example.com"]', "ice.stun[0]"),
        ('[ice]\nturn = ["turn:turn.example.com"]', "ice.turn_secret_file"),
        ('[ice]\nturn = ["turn:turn.example.com"]\nturn_secret_file = "gone"', "ice.turn_secret_file"),
        ("[limits]\nreaders = 0", "limits.readers"),
        ("[films]\ngigabytes = 0", "films.gigabytes"),
        ('[films]\nstores = ["films.example.com"]', "films.stores[0]"),
        ('[films]\nstores = ["https://films.example.com", "http://films.example.com"]', "films.stores[1]"),
        ('[films]\nstores = ["https://films.example.com/brand"]', "films.stores[0]"),
        ('[films]\nstores = ["https://*.example.com"]', "films.stores[0]"),
        ('[films]\nstores = ["https://who@films.example.com"]', "films.stores[0]"),
        ('[mail]\nhost = "smtp.example"', "mail.sender"),
        ('[mail]\nhost = "smtp.example"\nsender = "Shop\\nBcc: a@b.example <c@d.example>"', "mail.sender"),
        ('[mail]\nhost = "smtp.example"\nsender = "a@b.example"\nuser = "a"', "mail"),
        (
            '[mail]\nhost = "smtp.example"\nsender = "a@b.example"\nsecurity = "none"\nuser = "a"\npassword_file = "x"',
            "mail.security",
        ),
        ('[mail]\nhost = "smtp.example"\nsender = "a@b.example"\nport = 0', "mail.port"),
        ('[mail]\nsecurity = "ssl"', "mail.security"),
        ('[log]\nformat = "xml"', "log.format"),
        ('[database]\nurl = "mysql://db/shows"', "database.url"),
        ('[database]\nurl = "::"', "database.url"),
        ('[database]\nurl = "sqlite://"', "database.url"),
        ('[database]\nurl = "postgresql://a:secret@db/shows"', "database.url"),
        ('[database]\nurl = "postgresql://a@db/shows"\npassword_file = "gone"', "database.password_file"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, field: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        load(tmp_path, text)
    assert caught.value.field == field
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert "secret@" not in sentence


@pytest.mark.parametrize("text", ["[server", "port = = 3", "\x00"])
def test_what_is_no_toml_says_where(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidValue, match="is not TOML"):
        load(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="cannot be read"):
        load_config(tmp_path / "none.toml", DEFAULT)


def test_the_example_in_packaging_is_valid_as_it_stands_and_with_everything_switched_on(tmp_path: Path) -> None:
    text = EXAMPLE.read_text()
    assert load(tmp_path, text).port == 443
    for name in (
        "fullchain.pem",
        "privkey.pem",
        "turn.secret",
        "database.password",
        "orders.secret",
        "mail.password",
        "mailbox.password",
        "login.secret",
        "forward.secret",
        "klaviyo.key",
        "warehouse.secret",
    ):
        (tmp_path / name).write_text("x")
    written = re.compile(r"^# (?=\w+ = |\[\[)", re.MULTILINE)
    whole = written.sub("", text)
    whole = whole.replace("/etc/vitrine/", "")
    config = load(tmp_path, whole)
    assert config.ice.turn
    assert config.login[0].own
    assert config.mail_tool[0].kind == "klaviyo"
    assert config.tls.certificate


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ('name = "Shop"\nissuer = "https://id.example"', "name"),
        ('name = "shop"\nissuer = "http://id.example"', "issuer"),
        ('name = "shop"', "issuer"),
        ('name = "shop"\nissuer = "https://id.example"\nscopes = ["email"]', "scopes"),
        ('name = "shop"\nkind = "facebook"', "client_secret_file"),
        ('name = "shop"\nissuer = "https://id.example"\nclient_secret_file = "none"', "client_secret_file"),
    ],
)
def test_a_login_that_cannot_work_names_the_field(tmp_path: Path, words: str, field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        load(tmp_path, f'[[login]]\nclient_id = "x"\n{words}\n')
    assert refused.value.field == f"login[0].{field}"
