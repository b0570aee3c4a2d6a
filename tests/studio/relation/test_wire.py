"""Segments, rules and personas as JSON: what is sent is what is read, and whatever strangers send is refused or understood."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.errors import StudioError
from studio.relation import rule as rules
from studio.relation import segment as segments
from studio.relation.action import AnyAction, ShowInformation, ShowMessage, ShowProduct
from studio.relation.condition import (
    Affinity,
    All,
    AnyCondition,
    Consented,
    Did,
    InPersona,
    InSegment,
    Live,
    Not,
    Property,
    Recency,
    Rfm,
    Sequence,
    TimeOfDay,
)
from studio.relation.condition import Any as OneOf
from studio.relation.match import Match
from studio.relation.names import NAMES
from studio.relation.persona import Persona, PersonaGroup, Scoring
from studio.relation.rule import Cap, Rule, Variant
from studio.relation.segment import Segment
from tests.studio.relation.anything import group, judged, zone
from tests.studio.relation.people import viewed, wall

NOW = wall("2026-11-05T12:00")
HERE = "Europe/Copenhagen"
GROUPS = {"who": group()}


def made(kind: Any, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Of a kind, with any of its fields left out: then it is the default."""
    return st.fixed_dictionaries({}, optional=fields).map(lambda said: kind(**said))


def whole(made_of: Any, needed: dict[str, st.SearchStrategy[Any]], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(needed, optional=fields).map(lambda said: made_of(**said))


def tuples(one: st.SearchStrategy[Any], least: int = 0, most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(one, min_size=least, max_size=most).map(tuple)


ids = st.sampled_from(("calm", "loud", "who", "9-lives", "a" * 40))
text = st.text(max_size=12)
words = st.text(min_size=1, max_size=12)
matches = whole(
    Match,
    {"names": tuples(st.sampled_from(sorted(NAMES)), 1)},
    products=tuples(words),
    categories=tuples(words),
    brands=tuples(words),
    shows=tuples(words),
    parts=tuples(words),
    page=text,
    least_minor=st.none() | st.integers(0, 10**12),
)
compares = st.sampled_from(("at least", "at most", "exactly"))
clock = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")
LEAVES: list[st.SearchStrategy[Any]] = [
    whole(Did, {"match": matches}, compare=compares, times=st.integers(0, 100_000), days=st.none() | st.integers(1, 3650)),
    whole(Did, {"match": matches}, compare=compares, times=st.integers(0, 19), minutes=st.integers(1, 10_080)),
    whole(
        Recency,
        {"match": matches, "days": st.integers(1, 3650)},
        which=st.sampled_from(("first", "last")),
        compare=st.sampled_from(("less", "more")),
        or_never=st.booleans(),
    ),
    whole(
        Sequence,
        {"first": matches, "then": matches, "within_minutes": st.integers(1, 525_600)},
        without=st.none() | matches,
        same_product=st.booleans(),
    ),
    whole(
        Property,
        {"name": words},
        compare=st.sampled_from(("is", "is not", "contains", "begins with", "at least", "at most", "is empty")),
        value=text,
    ),
    made(TimeOfDay, begins=clock, ends=clock | st.just("24:00"), weekdays=tuples(st.integers(0, 6), 0, 7)),
    whole(Consented, {"purpose": st.sampled_from(("analytics", "personalisation", "marketing"))}, given=st.booleans()),
    whole(
        Affinity,
        {"of": st.sampled_from(("category", "brand", "host", "tag")), "value": words},
        percent=st.integers(1, 100),
    ),
    st.builds(InPersona, group=ids, persona=ids),
    made(Rfm, **dict.fromkeys(("recency", "frequency", "money"), st.none() | st.integers(1, 5))),
    whole(InSegment, {"segment": ids}, inside=st.booleans()),
    made(Live, seconds=st.integers(0, 86_400), seen_pin=text, part=st.sampled_from(("", "live", "replay"))),
]
conditions = st.recursive(
    st.one_of(LEAVES),
    lambda inner: st.builds(All, of=tuples(inner)) | st.builds(OneOf, of=tuples(inner)) | st.builds(Not, of=inner),
    max_leaves=6,
)
links = st.sampled_from(("", "/", "/sale?a=1#b", "https://shop.example/x", "http://localhost:8080/ø"))
actions = st.one_of(
    whole(ShowProduct, {"id": words}, title=text, text=text, code=text),
    made(ShowInformation, title=text, text=text, link=links, link_text=text, picture=links, clip=text),
    made(ShowMessage, title=text, text=text, link=links, link_text=text, call=st.booleans()),
)
walls = st.sampled_from(("", "2026-11-01T00:00", "2027-03-28T02:30", "0001-01-01T00:00", "9999-12-31T23:59", "2026-02-30T10:00"))
rule_values = whole(
    Rule,
    {
        "id": ids,
        "name": words,
        "slot": st.sampled_from(("pin", "message", "shelf-2")),
        "variants": tuples(whole(Variant, {"id": ids, "action": actions}, weight=st.integers(0, 1000)), 1, 6),
    },
    segment=ids | st.just(""),
    begins=walls,
    ends=walls,
    cap=st.none() | st.builds(Cap, times=st.integers(1, 1000), days=st.integers(1, 365)),
    holdback=st.integers(0, 90),
    dismissed_days=st.integers(1, 365),
    show=text,
    on=st.booleans(),
    version=st.integers(1, 99),
)
segment_values = whole(Segment, {"id": ids, "name": words, "condition": conditions}, on=st.booleans(), version=st.integers(1, 99))
group_values = whole(
    PersonaGroup,
    {"id": ids, "name": words, "personas": tuples(st.builds(Persona, id=ids, name=words), 1)},
    kind=st.sampled_from(("persona", "journey")),
    scorings=tuples(st.builds(Scoring, persona=ids, match=matches, points=st.integers(-100, 100))),
    threshold=st.integers(0, 10_000),
    lead=st.integers(0, 10_000),
    lead_in_percent=st.booleans(),
    expires_days=st.none() | st.integers(1, 3650),
)
TYPES: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (AnyCondition, conditions),
    (AnyAction, actions),
    (Segment, segment_values),
    (Rule, rule_values),
    (PersonaGroup, group_values),
]


@pytest.mark.parametrize(("kind", "values"), TYPES, ids=lambda given: getattr(given, "__name__", ""))
def test_what_is_sent_is_what_is_read(kind: Any, values: st.SearchStrategy[Any]) -> None:
    @settings(max_examples=150)
    @given(values)
    def same(value: Any) -> None:
        assert msgspec.json.decode(msgspec.json.encode(value), type=kind) == value
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(value), type=kind) == value

    same()


@pytest.mark.parametrize("leaf", range(len(LEAVES)))
def test_each_kind_of_condition_has_a_name_of_its_own(leaf: int) -> None:
    @settings(max_examples=5)
    @given(LEAVES[leaf])
    def same(condition: Any) -> None:
        said = msgspec.to_builtins(condition)
        assert type(msgspec.convert(said, type=AnyCondition)) is type(condition)

    same()


# ── whatever strangers send ──────────────────────────────────────────────────────────────────────────────────

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(-1e300, 1e300) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to everything in some JSON."""
    found = [path]
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        found += places(inner, (*path, key))
    return found


@st.composite
def nearly(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> bytes:
    """JSON of which one thing is something else."""
    said: Any = {"root": msgspec.json.decode(msgspec.json.encode(draw(values)))}
    *way, last = draw(st.sampled_from(places(said)[1:]))
    inside = said
    for key in way:
        inside = inside[key]
    other = st.sampled_from((*NAMES, "did", "all", "not", "24:00", "٢٠٢٦-١١-٠١T٠٠:٠٠", "2026-11-01T00:00\n", -1, 0, 2**63, 1e308))
    inside[last] = draw(other | json_values)
    return msgspec.json.encode(said["root"])


def read(kind: Any, said: bytes) -> Any:
    """None when it is refused."""
    try:
        return msgspec.json.decode(said, type=kind)
    except msgspec.ValidationError:
        return None


def saved(made_of: Any) -> bool:
    """Whether it can be."""
    try:
        if isinstance(made_of, Segment):
            segments.check(made_of, {"calm": Segment(id="calm", name="Calm", condition=TimeOfDay())}, GROUPS)
        elif isinstance(made_of, Rule):
            rules.check(made_of, zone(HERE))
    except StudioError as refused:
        return str(refused) == ""
    return True


@pytest.mark.parametrize(("kind", "values"), TYPES, ids=lambda given: getattr(given, "__name__", ""))
def test_whatever_json_comes_it_is_refused_or_understood(kind: Any, values: st.SearchStrategy[Any]) -> None:
    @settings(max_examples=250)
    @given(nearly(values) | json_values.map(msgspec.json.encode))
    def understood(said: bytes) -> None:
        found = read(kind, said)
        if found is not None and saved(found) and isinstance(found, Segment):
            verdict = judged(found.condition, [viewed(NOW)], NOW, HERE, segments={}, groups=GROUPS)
            assert str(verdict.reason)
            assert verdict.due_ms is None or verdict.due_ms > NOW

    understood()


@settings(max_examples=250)
@given(segment_values)
def test_every_segment_that_can_be_saved_is_answered_in_words(segment: Segment) -> None:
    if saved(segment):
        verdict = judged(segment.condition, [viewed(NOW)], NOW, HERE, groups=GROUPS)
        assert str(verdict.reason)
        assert not (verdict.broken and verdict.holds)


@pytest.mark.parametrize("levels", [5, 6, 300, 900])
def test_conditions_in_conditions_are_refused_or_understood(levels: int) -> None:
    said = b'{"id":"a","name":"A","condition":' + b'{"kind":"not","of":' * levels + b'{"kind":"time"}' + b"}" * (levels + 1)
    found = read(Segment, said)
    assert saved(found) is (levels <= 5)


def test_no_value_is_larger_than_any_that_is_told() -> None:
    for value, understood in ((10**12, True), (10**12 + 1, False), (2**64, False), (-1, False)):
        said = b'{"names":["Order Completed"],"least_minor":%d}' % value
        assert (read(Match, said) is not None) is understood
