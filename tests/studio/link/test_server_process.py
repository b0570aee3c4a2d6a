"""The show server on this machine: found by its note, started, and ended with its last words."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from studio import paths
from studio.errors import Unreachable
from studio.link import server_process, spare_server
from studio.link.server_process import Endpoint, ServerProcess, running, unreachable
from tests.fakes import until
from tests.studio.link.show_server import TOKEN, ShowServer


def note(content: Any) -> Path:
    path = paths.server_note()
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


@pytest.mark.usefixtures("home")
async def test_a_running_server_is_found_by_its_note(server: ShowServer) -> None:
    note({"url": server.url, "token": TOKEN, "pid": 4711, "more": "of a newer version"})
    assert await running() == Endpoint(server.url, TOKEN, 4711, desktops=0)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff", {}, {"url": "http://127.0.0.1:9", "token": "t"}, {"url": "x", "token": "t", "pid": "no number"}],
)
async def test_a_note_that_says_nothing_finds_nothing(content: Any) -> None:
    note(content)
    assert await running() is None


@pytest.mark.usefixtures("home")
async def test_without_a_note_nothing_runs() -> None:
    assert await running() is None


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "not an address"])
async def test_the_note_of_a_dead_server_finds_nothing(url: str) -> None:
    note({"url": url, "token": "t", "pid": 1})
    assert await running() is None


def test_there_is_a_sentence_for_a_machine_where_nothing_runs() -> None:
    assert "vitrine run" in str(unreachable())


# ── the child ────────────────────────────────────────────────────────────────────────────────────────────────


def child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> ServerProcess:
    """A server process that runs a script of ours instead of `vitrine serve`."""
    (tmp_path / "python").write_text(f"#!{sys.executable}\nimport json, os, signal, sys, time\n{script}")
    (tmp_path / "python").chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    return ServerProcess(port=1234, database=tmp_path / "shows.sqlite", linger_s=15)


READY = """
token = sys.stdin.readline().strip()
print(json.dumps({"url": "http://127.0.0.1:1234", "port": 1234, "pid": os.getpid()}), flush=True)
print("words: " + " ".join(sys.argv[1:]), file=sys.stderr, flush=True)
print("token of %d letters" % len(token), file=sys.stderr, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a script that can be run")
async def test_it_is_started_with_its_token_by_stdin_and_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    process = child(monkeypatch, tmp_path, READY + "time.sleep(30)")
    endpoint = await process.start()
    assert endpoint.url == "http://127.0.0.1:1234"
    assert len(endpoint.token) > 30
    assert process.alive
    await until(lambda: "token of" in caplog.text)
    assert f"token of {len(endpoint.token)} letters" in caplog.text
    assert endpoint.token not in caplog.text
    assert "serve --embedded --port 1234 --linger 15" in caplog.text
    assert f"--database {tmp_path}/shows.sqlite" in caplog.text
    await process.close()
    assert not process.alive


@pytest.mark.skipif(sys.platform == "win32", reason="needs a script that can be run")
@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("print('the database is locked', file=sys.stderr); sys.exit(2)", "the database is locked"),
        ("sys.exit(0)", "it said nothing"),
        ("print('this is no JSON', flush=True)", "it said nothing"),
        ("print('{}', flush=True)", "it said nothing"),
    ],
)
async def test_a_server_that_does_not_start_is_told_with_its_last_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, problem: str
) -> None:
    process = child(monkeypatch, tmp_path, script)
    with pytest.raises(Unreachable) as caught:
        await process.start()
    assert str(caught.value) == f"The show server did not start: {problem}"
    await process.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a script that can be run")
async def test_a_server_that_does_not_say_that_it_is_ready_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(server_process, "START_TIMEOUT_S", 0.1)
    process = child(monkeypatch, tmp_path, "time.sleep(30)")
    with pytest.raises(Unreachable, match="did not start"):
        await process.start()
    assert not process.alive
    await process.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a script that can be run")
async def test_a_server_that_does_not_want_to_end_is_killed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server_process, "STOP_TIMEOUT_S", 0.1)
    process = child(monkeypatch, tmp_path, "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + READY + "time.sleep(30)")
    await process.start()
    await process.close()
    assert not process.alive
    assert "had to be killed" in caplog.text


@pytest.mark.skipif(sys.platform == "win32", reason="sessions are a Unix thing")
async def test_it_shares_the_desktops_session_and_not_its_group(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A session of its own would be a scheduling group of its own, which a busy machine has left without a processor; in the same
    process group Ctrl-C would end it."""
    process = child(monkeypatch, tmp_path, READY + "time.sleep(30)")
    endpoint = await process.start()
    assert endpoint.pid is not None
    assert os.getsid(endpoint.pid) == os.getsid(0)
    assert os.getpgid(endpoint.pid) == endpoint.pid != os.getpgid(0)
    await process.close()


# ── the spare ────────────────────────────────────────────────────────────────────────────────────────────────

SPARE = """
token, words = sys.stdin.readline().strip(), sys.stdin.readline()
if not token:
    sys.exit(0)
print(json.dumps({"url": "http://127.0.0.1:1234", "port": 1234, "pid": os.getpid()}), flush=True)
print("words: " + " ".join(json.loads(words)), file=sys.stderr, flush=True)
time.sleep(30)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a script that can be run")
async def test_a_spare_that_waits_is_taken_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    process = child(monkeypatch, tmp_path, SPARE)
    spare_server.prepare()
    spare = spare_server._spare
    assert spare is not None
    endpoint = await process.start()
    assert endpoint.pid == spare.pid
    assert spare_server.take() is None
    await until(lambda: "words: --port 1234 --linger 15 --database" in caplog.text)
    await process.close()
    assert not process.alive


@pytest.mark.skipif(sys.platform == "win32", reason="needs a script that can be run")
def test_a_spare_that_nobody_needs_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    child(monkeypatch, tmp_path, SPARE)
    spare_server.prepare()
    spare = spare_server._spare
    assert spare is not None
    spare_server.drop()
    assert spare.returncode is not None
    assert spare_server.take() is None


@pytest.mark.skipif(sys.platform == "win32", reason="needs a script that can be run")
async def test_a_spare_that_has_died_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    process = child(monkeypatch, tmp_path, "if '--spare' in sys.argv: sys.exit(3)" + READY + "time.sleep(30)")
    spare_server.prepare()
    spare = spare_server._spare
    assert spare is not None
    spare.wait()
    endpoint = await process.start()
    assert endpoint.pid != spare.pid
    await process.close()
    for stream in (spare.stdin, spare.stdout, spare.stderr):
        assert stream is not None
        stream.close()
