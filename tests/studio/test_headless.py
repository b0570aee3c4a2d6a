"""What a studio without a window says: one JSON line for each thing worth a person's eye."""

import json

import pytest

from studio import headless
from studio.events import Logged, StreamLost
from studio.state import Link, Source, State, Stream
from studio.state.alarm import Alarm


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_an_event_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    headless._tell_event(Logged(seq=4, at_ms=1, media_ms=90, actor="anna", data=StreamLost(epoch=2)))
    assert lines(capsys) == [{"event": "stream.lost", "seq": 4, "media_ms": 90}]


def test_a_change_of_link_or_stream_is_a_line_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    before = State(link=Link(status="connected"), stream=Stream(status="live", kbps=4000))
    after = State(link=Link(status="reconnecting", reason="gone"), stream=Stream(status="reconnecting", reason="gone"))
    headless._tell_changes(before, after)
    assert lines(capsys) == [{"link": "reconnecting", "reason": "gone"}, {"stream": "reconnecting", "reason": "gone"}]


def test_what_changes_all_the_time_is_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    headless._tell_changes(State(stream=Stream(status="live", kbps=4000)), State(stream=Stream(status="live", kbps=4100)))
    assert lines(capsys) == []


def test_a_source_that_fails_is_a_line_and_so_is_its_return(capsys: pytest.CaptureFixture[str]) -> None:
    fine = State(sources=(Source(id="cam", kind="screen", name="Skærm", status="live"),))
    failed = State(sources=(Source(id="cam", kind="screen", name="Skærm", status="failed", reason="no display"),))
    headless._tell_changes(fine, failed)
    headless._tell_changes(failed, failed)
    headless._tell_changes(failed, fine)
    assert lines(capsys) == [
        {"source": "Skærm", "status": "failed", "reason": "no display"},
        {"source": "Skærm", "status": "live", "reason": ""},
    ]


def test_nobody_listening_any_more_does_not_end_the_show(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("builtins.print", broken)
    headless._tell({"event": "show.ended"})


def test_a_source_that_failed_before_anybody_listened_is_told_too(capsys: pytest.CaptureFixture[str]) -> None:
    failed = State(sources=(Source(id="cam", kind="camera", name="Kamera", status="failed", reason="not there"),))
    headless._tell_sources(State(), failed)
    assert lines(capsys) == [{"source": "Kamera", "status": "failed", "reason": "not there"}]


def test_pictures_that_are_lost_are_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    lost = State(alarms=(Alarm(code="drops_encoder", level="critical", words="12 of 100 pictures are lost"),))
    headless._tell_changes(State(), lost)
    headless._tell_changes(lost, lost)
    assert lines(capsys) == [{"alarm": "drops_encoder", "words": "12 of 100 pictures are lost"}]
