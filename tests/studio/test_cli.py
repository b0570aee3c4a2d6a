"""The command line: bad input is one line on stderr and exit 2, never a traceback; what is asked for comes as JSON."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from studio import __version__, show_file
from studio.__main__ import COMMANDS as WORDS
from studio.__main__ import EXIT_UNREAD, main
from studio.cli import parser
from studio.cli.do import arguments
from studio.errors import Confirm, NotFound
from studio.overlays.kinds import all_kinds
from studio.overlays.painter import OverlayPainter
from studio.queries import ASKED
from tests.fakes import TIMEOUT_S, FakeSoundcard
from tests.studio.link.show_server import TOKEN, ShowServer

pytestmark = pytest.mark.usefixtures("home")


class Said(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `vitrine WORDS…` in this process."""
    monkeypatch.setenv("VITRINE_LANGUAGE", "en")
    monkeypatch.delenv("VITRINE_TOKEN", raising=False)

    def run(*words: object) -> Said:
        try:
            status = main([str(word) for word in words])
        except SystemExit as end:
            status = int(end.code or 0)
        return Said(status, *capsys.readouterr())

    return run


def refused(said: Said) -> str:
    """The one line of a refusal."""
    assert said.status == 2
    assert said.out == ""
    assert said.err.count("\n") == 1, said.err
    return said.err.rstrip("\n")


# ── the program itself ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("word", ["help", "--help", "-h"])
def test_help_lists_every_command_with_an_example(run: Run, word: str) -> None:
    said = run(word)
    assert said.status == 0
    assert all(f"  {name} " in said.out for name in WORDS)
    assert "Example: vitrine run --demo" in said.out


@pytest.mark.parametrize("name", WORDS)
def test_every_command_has_help_with_an_example(run: Run, name: str) -> None:
    said = run(name, "--help")
    assert said.status == 0
    assert said.out.startswith(f"usage: vitrine {name}")
    assert f"Example: vitrine {name}" in said.out


@pytest.mark.parametrize("name", ["new", "validate", "schema"])
def test_so_have_the_words_of_a_command(run: Run, name: str) -> None:
    said = run("show", name, "--help")
    assert said.out.startswith(f"usage: vitrine show {name}")


def test_the_version_is_told(run: Run) -> None:
    assert run("--version") == Said(0, f"vitrine {__version__}\n", "")


def test_an_unknown_command_is_answered_with_what_was_meant(run: Run) -> None:
    assert refused(run("stat")) == "vitrine: there is no command stat; did you mean state? (vitrine --help lists them)"
    assert refused(run("xyz")) == "vitrine: there is no command xyz (vitrine --help lists them)"


def test_a_refusal_is_in_the_users_language(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VITRINE_LANGUAGE", "da")
    line = refused(run("show", "validate", tmp_path / "no.show.json"))
    assert "no.show.json" in line
    assert "There is no" not in line


# ── run and serve ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ("run", "--port", "http"),
            "vitrine run: argument --port: 'http' is not a port (0 to 65535) (vitrine run --help explains)",
        ),
        (("run", "--port", "65536"), "vitrine run: argument --port: '65536' is not a port (0 to 65535)"),
        (("run", "--port", "-1"), "vitrine run: argument --port: "),
        (("serve", "--port", "1.5"), "vitrine serve: argument --port: '1.5' is not a port (0 to 65535)"),
        (("run", "--headless", "--duration", "0"), "vitrine run: argument --duration: '0' is not a number above 0"),
        (("run", "--headless", "--duration", "nan"), "vitrine run: argument --duration: 'nan' is not a number above 0"),
        (("run", "--headless", "--duration", "long"), "vitrine run: argument --duration: 'long' is not a number above 0"),
        (("run", "--headles"), "vitrine run: unrecognized arguments: --headles"),
        (("--headles",), "vitrine run: unrecognized arguments: --headles"),
        (("run", "--demo", "--show", "x"), "vitrine run: give either --show or --demo"),
        (("run", "--go-live"), "vitrine run: --go-live needs --headless"),
        (("run", "--duration", "5"), "vitrine run: --duration needs --headless"),
        (
            ("run", "--headless", "--server", "https://x"),
            "vitrine: --server needs a token: set VITRINE_TOKEN",
        ),
        (
            ("run", "--headless", "--server", "http://show.example.com"),
            "vitrine: --server: The token would travel in the clear: write https://show.example.com, or set up TLS",
        ),
        (
            ("state", "--server", "http://192.168.1.7:8080"),
            "vitrine: --server: The token would travel in the clear: write https://192.168.1.7, or set up TLS",
        ),
        (
            ("run", "--headless", "--server", "show.example.com"),
            "vitrine: --server: show.example.com is not the address of a show",
        ),
        (("serve", "--linger", "long"), "vitrine serve: argument --linger: invalid float value: 'long'"),
        (("bench", "weather"), "vitrine bench: argument name: invalid choice: 'weather'"),
        (("show",), "vitrine show: the following arguments are required: new|validate|schema"),
        (("show", "print"), "vitrine show: argument new|validate|schema: invalid choice: 'print'"),
        (("show", "validate"), "vitrine show validate: the following arguments are required: path"),
        (("do",), "vitrine do: the following arguments are required: COMMAND"),
    ],
)
def test_bad_words_are_one_line_that_names_them(run: Run, words: tuple[str, ...], line: str) -> None:
    assert refused(run(*words)).startswith(line)


def test_a_show_that_is_not_there_cannot_be_run(run: Run, tmp_path: Path) -> None:
    line = refused(run("run", "--headless", "--show", tmp_path / "no.show.json"))
    assert line == f"vitrine: There is no show file {tmp_path}/no.show.json"


def test_a_broken_show_cannot_be_run(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.show.json"
    path.write_text('{"show": {"id": "a-b", "title": "A"}, "sources": [{"id": "s", "kind": "camara", "name": "S"}]}')
    line = refused(run("run", "--headless", "--show", path))
    assert line.startswith(f"vitrine: {path}: sources[0].kind: unknown source kind camara")


def test_a_token_file_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    line = refused(run("state", "--server", "http://127.0.0.1:9", "--token-file", tmp_path / "no"))
    assert line == "vitrine: --token-file: cannot be read: No such file or directory"


def test_without_a_screen_there_is_no_window(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert run("show", "new", tmp_path / "a.show.json").status == 0
    assert refused(run("--show", tmp_path / "a.show.json")) == "vitrine: there is no screen here; use --headless"


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("8080", 8080), ("65535", 65535)])
def test_ports(text: str, value: int) -> None:
    assert parser.port(text) == value


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_all_commands_are_listed_as_json(run: Run) -> None:
    rows = json.loads(run("commands", "--json").out)
    assert {row["name"] for row in rows} == set(ASKED)
    by_name = {row["name"]: row for row in rows}
    assert by_name["show.start"] == {
        "name": "show.start",
        "signature": "show.start [confirm=str]",
        "description": by_name["show.start"]["description"],
        "may": ["admin", "host", "producer"],
        "when": ["draft", "paused", "rehearsal"],
        "owner": "server",
        "relayed": True,
        "query": False,
    }
    assert by_name["catalogue.search"]["query"]
    assert by_name["source.add"]["relayed"] is False
    assert all(row["description"] for row in rows)


def test_all_commands_are_listed_for_people(run: Run) -> None:
    out = run("commands").out
    assert "scene.take [scene=str]" in out
    assert "(may: admin, host, producer; only at the desktop itself)" in out
    assert "while draft, paused, rehearsal" in out


# ── show ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_show_can_be_loaded_at_once(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "spring.show.json"
    assert run("show", "new", path, "--title", "Forårets nyheder") == Said(0, f"wrote {path}\n", "")
    file = show_file.load(path, all_kinds(OverlayPainter()))
    assert (file.show.id, file.show.title) == ("foraarets-nyheder", "Forårets nyheder")
    assert [scene.name for scene in file.scenes] == ["Screen", "Break"]
    assert run("show", "validate", path) == Said(0, f"{path}: fine (2 scenes, 4 sources)\n", "")


def test_a_show_that_is_there_is_not_overwritten(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "spring.show.json"
    path.write_text("precious")
    assert refused(run("show", "new", path)) == f"vitrine: path: {path} is already there"
    assert path.read_text() == "precious"


def test_a_folder_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "no" / "spring.show.json"
    assert refused(run("show", "new", path)) == f"vitrine: {path}: cannot be written: No such file or directory"


@pytest.mark.parametrize("title", ["", "x" * 201])
def test_a_title_must_fit(run: Run, tmp_path: Path, title: str) -> None:
    path = tmp_path / "a.show.json"
    assert refused(run("show", "new", path, "--title", title)).startswith("vitrine: show.title: Expected `str` of length")
    assert not path.exists()


@pytest.mark.parametrize("title", ["日本語", "A", "x" * 200])
def test_any_other_title_makes_a_good_show(run: Run, tmp_path: Path, title: str) -> None:
    assert run("show", "new", tmp_path / "a.show.json", "--title", title).status == 0
    assert run("show", "validate", tmp_path / "a.show.json").status == 0


def test_the_schema_is_json(run: Run) -> None:
    schema = json.loads(run("show", "schema").out)
    assert "ShowFile" in schema["$defs"]


# ── check ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> FakeSoundcard:
    """A machine without a screen, with a microphone, and with little patience for the encoder."""
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr("studio.media.codecs.WIDTH", 160)
    monkeypatch.setattr("studio.media.codecs.HEIGHT", 90)
    return FakeSoundcard(microphones=["Røde NT"]).install(monkeypatch)


def findings(said: Said) -> dict[str, tuple[str, str]]:
    return {row["what"]: (row["verdict"], row["words"]) for row in json.loads(said.out)}


@pytest.mark.usefixtures("machine")
def test_a_check_finds_what_is_there(run: Run, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    found = findings(run("check", "--json"))
    assert found["Screens"][0] == "note"
    assert found["Microphones"] == ("ok", "Røde NT")
    assert found["Speakers"][0] == "note"
    assert str(home) in found["Disk"][1]
    assert found["Server"][0] == "ok"
    assert "libx264 superfast" in found["Encoder"][1]
    assert found["Permissions"][0] == "ok"
    assert "Clock" in found


@pytest.mark.usefixtures("machine")
def test_what_would_make_going_live_fail_is_bad_and_the_exit_status_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.checks.machine.DISK_LEAST_GB", 1e9)
    said = run("check")
    assert said.status == 1
    assert any(line.startswith("✗ Disk") for line in said.out.splitlines())


@pytest.mark.usefixtures("machine")
def test_a_server_that_is_not_there_is_bad(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_TOKEN", "x")
    said = run("check", "--json", "--server", "http://127.0.0.1:9")
    assert findings(said)["Server"][0] == "bad"
    assert said.status == 1


@pytest.mark.usefixtures("machine")
def test_a_folder_that_cannot_be_written_to_is_bad(run: Run, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr("studio.checks.machine.os.access", lambda path, mode: False)
    assert findings(run("check", "--json"))["Permissions"] == ("bad", f"{home}/data cannot be written to")


# ── do and state ─────────────────────────────────────────────────────────────────────────────────────────────


def test_values_are_text_where_text_is_wanted_and_json_elsewhere() -> None:
    assert arguments("scene.add", ["name=42"]) == {"name": "42"}
    assert arguments("channel.set", ["source=mic", "fader_db=-6", "muted=true"]) == {
        "source": "mic", "fader_db": -6, "muted": True,
    }  # fmt: skip
    assert arguments("scene.take", ["scene=a=b", "transition=cut"]) == {"scene": "a=b", "transition": "cut"}
    assert arguments("source.add", ["kind=text", "name=x", 'settings={"text": "hej"}'])["settings"] == {"text": "hej"}


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("scene.tak",), "vitrine: There is no command scene.tak; did you mean scene.take?"),
        (("scene.take", "main"), "vitrine: main is not name=value"),
        (("scene.take", "=main"), "vitrine: =main is not name=value"),
        (("scene.add",), "vitrine: Object missing required field `name` (expected: scene.add name=str)"),
        (("channel.set", "source=mic", "fader_db=loud"), "vitrine: fader_db: Expected `float"),
        (("scene.take", "scen=main"), "vitrine: Object contains unknown field `scen` (expected: scene.take "),
    ],
)
def test_a_command_is_checked_before_anybody_is_asked(run: Run, words: tuple[str, ...], line: str) -> None:
    assert refused(run("do", *words)).startswith(line)


def test_where_nothing_runs_it_is_said_how_to_start(run: Run) -> None:
    assert "start one with `vitrine run`" in refused(run("state"))
    said = run("do", "scene.take")
    assert said.status == 1
    assert json.loads(said.out)["error"]["code"] == "unreachable"


@pytest.fixture
async def server() -> AsyncIterator[ShowServer]:
    async with ShowServer().running() as running:
        yield running


@pytest.fixture
def remote(run: Run, server: ShowServer, tmp_path: Path) -> Any:
    """Runs a command that reaches a studio through a server."""
    (tmp_path / "token").write_text(f"{TOKEN}\n")

    async def remote(*words: object) -> Said:
        return await asyncio.to_thread(run, *words, "--server", server.url, "--token-file", tmp_path / "token")

    return remote


async def test_a_command_is_done_and_answered(server: ShowServer, remote: Any) -> None:
    server.commands["source.add"] = "ab12"
    said = await remote("do", "source.add", "kind=text", "name=Hej")
    assert (said.status, json.loads(said.out), said.err) == (0, {"ok": "ab12"}, "")


async def test_a_refused_command_is_an_answer_too(server: ShowServer, remote: Any) -> None:
    server.commands["scene.take"] = NotFound("There is no scene {scene}", field="scene", scene="x")
    said = await remote("do", "scene.take", "scene=x")
    assert said.status == 1
    assert json.loads(said.out) == {"error": {"code": "not_found", "message": "scene: There is no scene x"}}


async def test_a_guarded_command_tells_its_code_and_can_be_confirmed(server: ShowServer, remote: Any) -> None:
    server.commands["show.end"] = Confirm("1a2b3c")
    said = await remote("do", "show.end")
    assert said.status == 1
    assert json.loads(said.out)["error"]["confirm"] == "1a2b3c"
    await remote("do", "show.end", "--yes")
    sent = [message.args.get("confirm") for message in server.said if getattr(message, "name", "") == "show.end"]
    assert sent == [None, None, "1a2b3c"]


async def test_the_state_is_json_and_can_be_asked_in_part(server: ShowServer, remote: Any) -> None:
    server.state = {"show": {"title": "Forår"}, "stream": {"status": "off"}}
    said = await remote("state")
    assert json.loads(said.out) == server.state
    assert "Forår" in said.out
    assert json.loads((await remote("state", "stream")).out) == {"status": "off"}
    assert refused(await remote("state", "streem")) == "vitrine: there is no branch streem (there are: show, stream)"


async def test_a_wrong_token_is_told(server: ShowServer, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_TOKEN", "another")
    said = await asyncio.to_thread(run, "state", "--server", server.url)
    assert refused(said) == "vitrine: The show server does not know this token"


def test_a_starter_show_needs_nothing_but_this_machine() -> None:
    from studio.cli.show import starter

    file = show_file.decode(msgspec.json.encode(starter("A")))
    assert {source.kind for source in file.sources} <= set(all_kinds(OverlayPainter()))


def test_who_reads_no_further_is_told_nothing() -> None:
    with subprocess.Popen([sys.executable, "-m", "studio", "commands"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait(TIMEOUT_S) == EXIT_UNREAD
