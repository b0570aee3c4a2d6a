"""Events: a closed list, each with an audience, and one function that filters them."""

import msgspec
import pytest

from studio import events
from studio.events import AnyEvent, Event, Logged, PublicEvent, StudioEvent, VisitorEvent, may_see, type_of

ALL: list[type[Event]] = list(AnyEvent.__args__)


KINDS: dict[str, type[Event]] = {"public": PublicEvent, "studio": StudioEvent, "visitor": VisitorEvent}


def example(cls: type[Event]) -> Event:
    values = {
        str: "words", int: 7, bool: True, int | None: 9, tuple[str, ...]: ("one", "two"), tuple[int, ...]: (1, 2)
    }  # fmt: skip
    return cls(**{field.name: values[field.type] for field in msgspec.structs.fields(cls)})


@pytest.mark.parametrize("cls", ALL)
def test_every_event_is_of_one_audience(cls: type[Event]) -> None:
    [kind] = [kind for kind in KINDS.values() if issubclass(cls, kind)]
    assert KINDS[cls.audience] is kind


def test_the_base_has_no_audience_to_inherit() -> None:
    assert not hasattr(Event, "audience")


def test_the_list_is_complete() -> None:
    assert set(Event.__subclasses__()) == set(KINDS.values())
    assert set(ALL) == {cls for kind in KINDS.values() for cls in kind.__subclasses__()}


def test_names_are_unique() -> None:
    names = [cls.__struct_config__.tag for cls in ALL]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("cls", ALL)
def test_an_event_is_the_same_after_the_log(cls: type[Event]) -> None:
    event = example(cls)
    assert events.decode(events.encode(event)) == event


@pytest.mark.parametrize("cls", ALL)
def test_the_type_stands_in_the_json(cls: type[Event]) -> None:
    event = example(cls)
    assert msgspec.json.decode(events.encode(event))["type"] == type_of(event)


@pytest.mark.parametrize("cls", ALL)
def test_the_audience_sees_only_what_is_public(cls: type[Event]) -> None:
    event = example(cls)
    assert may_see(event, studio=True)
    assert may_see(event, studio=False) == (cls.audience == "public")


def test_what_stays_inside() -> None:
    hidden = {type_of(example(cls)) for cls in ALL if not may_see(example(cls), studio=False)}
    assert hidden == {
        "rehearsal.started", "rehearsal.ended", "lease.taken", "product.priced", "products.planned", "chat.whispered",
        "chat.pictured", "visitor.blocked", "order.placed", "order.verified", "order.changed", "message.left",
        *(type_of(example(cls)) for cls in ALL if type_of(example(cls)).startswith("call.")),
    }  # fmt: skip


def test_what_a_rehearsal_hides() -> None:
    assert {type_of(cls) for cls in ALL if cls.hidden_in_rehearsal} == {
        "curtain.lowered", "curtain.raised", "product.pinned", "product.unpinned", "product.priced", "poll.opened", "poll.closed",
        "poll.cleared", "chat.pinned",
    }  # fmt: skip
    assert {type_of(cls) for cls in ALL if cls.of_stream} == {"stream.started", "stream.lost", "stream.stopped"}


def test_what_a_replay_shows_is_what_everybody_may_know() -> None:
    replayed = [cls for cls in ALL if cls.replayed]
    assert {cls.audience for cls in replayed} == {"public"}
    assert {type_of(cls) for cls in replayed} == {
        "product.pinned", "product.unpinned", "product.sold_out", "chat.said", "chat.pinned", "poll.opened", "poll.closed",
        "poll.cleared", "show.started", "show.paused", "show.resumed", "show.ended",
    }  # fmt: skip


def test_personal_fields_are_fields() -> None:
    for cls in ALL:
        assert set(cls.personal) <= set(cls.__struct_fields__), cls


def test_a_whisper_reaches_the_one_it_is_for() -> None:
    whisper = events.ChatWhispered(line="l", to="anna")
    assert may_see(whisper, studio=False, visitor="anna")
    assert not may_see(whisper, studio=False, visitor="bo")
    assert not may_see(events.ChatWhispered(line="l", to=""), studio=False, visitor="")
    assert may_see(whisper, studio=True)


@pytest.mark.parametrize("data", [b"", b"{}", b'{"type":"show.exploded"}', b'{"type":"show.renamed"}', b"[]", b"\xff"])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, msgspec.ValidationError)):
        events.decode(data)


def test_an_event_cannot_be_changed() -> None:
    event = events.ShowRenamed(title="Spring")
    with pytest.raises(AttributeError):
        event.title = "Autumn"  # type: ignore[misc]


def test_a_logged_event_has_its_data_and_its_audience() -> None:
    logged = Logged(seq=3, at_ms=1, media_ms=2, actor="anna", data=events.StreamLost(epoch=4))
    assert logged.audience == "public"
    assert msgspec.convert(msgspec.to_builtins(logged), Logged) == logged
