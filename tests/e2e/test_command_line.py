"""The command line beside a running studio, and how a studio starts and ends."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from studio.bench.studio_process import RunningStudio, running_studio
from tests.e2e.conftest import PATTERN, SMALL
from tests.fakes import TIMEOUT_S

pytestmark = pytest.mark.e2e


def test_sigint_stops_the_stream_but_not_the_show_and_exits_cleanly(folder: Path) -> None:
    with running_studio(folder, PATTERN, SMALL) as studio:
        studio.child.send_signal(signal.SIGINT)
        assert studio.child.wait(TIMEOUT_S) == 0
        assert studio.child.stdout is not None
        lines = [json.loads(line) for line in studio.child.stdout.read().splitlines()]
    assert {"stream": "off", "reason": ""} in lines
    assert not any(line.get("event") == "show.ended" for line in lines)
    with running_studio(folder, folder / "bench.show.json", SMALL, go_live=False) as again:
        assert again.ready["viewer"].endswith("/shows/pattern")


def test_a_second_studio_on_this_machine_is_told_so(studio: RunningStudio, vitrine: Any, folder: Path) -> None:
    words = vitrine("run", "--headless", "--show", str(folder / "bench.show.json"), status=2)
    assert "already running" in words
    assert len(words.splitlines()) == 1


def test_do_and_state_drive_the_studio(studio: RunningStudio, vitrine: Any) -> None:
    assert vitrine("do", "scene.take", "scene=Red", "transition=cut") == {"ok": None}
    assert vitrine("state", "scenes")["program"] == "red"
    assert vitrine("do", "undo")["ok"] == "Take Red"
    assert vitrine("state", "scenes")["program"] == "main"
    refused = vitrine("do", "scene.take", "scene=Rad", status=1)["error"]
    assert refused["code"] == "not_found"
    assert "did you mean Red?" in refused["message"]


def test_deleting_and_opening_files_is_only_possible_at_the_desktop(studio: RunningStudio, vitrine: Any) -> None:
    for words in (("scene.remove", "scene=Red"), ("source.add", "kind=image", "name=x", 'settings={"path": "/etc/passwd"}')):
        assert vitrine("do", *words, status=1)["error"]["code"] == "forbidden"


def test_after_a_crash_the_next_start_finds_the_server_and_is_on_air_at_once(folder: Path) -> None:
    with running_studio(folder, PATTERN, SMALL) as studio:
        studio.child.kill()
        studio.child.wait()
        with running_studio(folder, folder / "bench.show.json", SMALL) as again:
            assert again.ready["server_pid"] == studio.ready["server_pid"]
            assert again.ready["viewer"] == studio.ready["viewer"]
            os.kill(again.ready["server_pid"], signal.SIGTERM)


def test_without_a_studio_the_command_line_says_what_to_do(vitrine: Any) -> None:
    words = vitrine("state", status=2)
    assert "vitrine run" in words


def test_the_demo_show_goes_live_and_ends(folder: Path) -> None:
    words = [sys.executable, "-m", "studio", "run", "--headless", "--demo", "--go-live", "--end-show", "--duration", "2"]
    done = subprocess.run(
        words, capture_output=True, text=True, timeout=60, check=False, env=os.environ | {"VITRINE_HOME": str(folder)}
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[0]["ready"] is True
    happened = [line["event"] for line in lines if "event" in line]
    assert {"show.started", "stream.started", "show.ended"} <= set(happened)
    assert set(happened[happened.index("show.ended") + 1 :]) <= {"stream.stopped"}
    assert not any(line.get("status") == "failed" and line["source"] != "Microphone" for line in lines)
