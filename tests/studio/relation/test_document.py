"""docs/relation.md and docs/api.md say what the code does: names, gates, conditions, and examples that are understood."""

import re
from functools import cache
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from studio.relation import rule as rule_checks
from studio.relation import segment as segment_checks
from studio.relation.behaviour import Source
from studio.relation.condition import AnyCondition, parts
from studio.relation.decide import GATES
from studio.relation.moments import told
from studio.relation.names import NAMES
from studio.relation.persona import PersonaGroup
from studio.relation.rule import Rule
from studio.relation.segment import Segment
from studio.server.newsletter import returns, subscribers
from studio.server.relation import said
from tests.studio.relation.people import COPENHAGEN

DOCS = Path(__file__).parents[3] / "docs"
RELATION, API = DOCS / "relation.md", DOCS / "api.md"
KINDS: dict[str, Any] = {"segment": Segment, "rule": Rule, "personas": PersonaGroup, "condition": AnyCondition}


@cache
def text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def section(title: str) -> str:
    """What stands under a heading of relation.md."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text(RELATION), re.MULTILINE | re.DOTALL)
    assert found is not None, title
    return found[1]


def examples(kind: str) -> list[Any]:
    blocks = re.findall(rf"^```json {kind}\n(.*?)^```$", text(RELATION), re.MULTILINE | re.DOTALL)
    return [msgspec.json.decode(block, type=KINDS[kind]) for block in blocks]


def asked() -> list[tuple[str, str]]:
    """What is asked with curl in api.md: each address below relation/v1, with whose token, and what is sent."""
    blocks = re.findall(r"^```bash\n(.*?)^```$", text(API), re.MULTILINE | re.DOTALL)
    found = []
    for block in blocks:
        call = re.search(r"/relation/v1/([\w-]+).*?-d '(\{.*\})'", block, re.DOTALL)
        assert call is not None, block
        found.append((call[1] + (" of the shop" if "Bearer" in block else ""), call[2]))
    return found


def test_it_has_every_name_and_no_other() -> None:
    rows = [line for line in section("Names of behaviours").splitlines() if line.startswith("| ")]
    names = [name for row in rows for name in re.findall(r"`([A-Z][A-Za-z ]+)`", row.split("|")[2])]
    assert len(names) == len(set(names))
    assert set(names) == NAMES


def test_it_has_the_gates_in_their_order() -> None:
    assert tuple(re.findall(r"^\d+\. \*\*(\w+)\*\*", section("Which rule shows"), re.MULTILINE)) == GATES


def test_it_has_an_example_of_every_condition() -> None:
    tags = {kind.__struct_config__.tag for kind in get_args(AnyCondition)}
    assert {type(part).__struct_config__.tag for condition in examples("condition") for part in parts(condition)} == tags
    explained = set(re.findall(r"\*\*`(\w+)`\*\*", section("Conditions")))
    assert explained == tags


def test_its_segments_rules_and_personas_can_be_saved() -> None:
    groups = {group.id: group for group in examples("personas")}
    segments = {segment.id: segment for segment in examples("segment")}
    rules = examples("rule")
    assert groups
    assert segments
    assert rules
    for group in groups.values():
        for scoring in group.scorings:
            scoring.match.check()
            assert scoring.persona in {persona.id for persona in group.personas}
    for segment in segments.values():
        segment_checks.check(segment, segments, groups)
    for condition in examples("condition"):
        segment_checks.check(Segment(id="example", name="Example", condition=condition), segments, groups)
    for rule in rules:
        rule_checks.check(rule, COPENHAGEN)
        assert rule.segment in segments


def test_no_example_has_a_field_that_nobody_reads() -> None:
    mail = subscribers.Wish, subscribers.Confirmation, returns.Told
    known = fields_of(*KINDS.values(), *mail, said.Batch, said.Said, said.Told, said.Wanted, said.OwnList, said.Answered)
    blocks = re.findall(r"^```json (?:segment|rule|personas|condition)\n(.*?)^```$", text(RELATION), re.MULTILINE | re.DOTALL)
    for block in [*blocks, *(body for _, body in asked())]:
        assert set(re.findall(r'"(\w+)":', block)) <= known | {"kind"}, block


def fields_of(*kinds: Any) -> set[str]:
    """Of all structs in some types."""
    _, schema = msgspec.json.schema_components(kinds)
    return {name for one in schema.values() for name in one.get("properties", {})}


@pytest.mark.parametrize(("where", "body"), asked())
def test_what_api_md_sends_is_understood(where: str, body: str) -> None:
    decoders: dict[str, Any] = {
        "behaviours": said.batch,
        "behaviours of the shop": said.told,
        "decide": said.wanted,
        "for-you": said.own_list,
        "consent": said.answered,
        "subscribe": subscribers.wish,
        "confirm": subscribers.confirmation,
        "mail-events of the shop": returns.told,
    }
    taken = decoders[where].take(body)
    source: Source = "server" if where == "behaviours of the shop" else "page"
    read, refused = said.each(getattr(taken, "behaviours", ()))
    assert refused == []
    for one in read:
        made = said.behaviour(one, "visitor", told(one.at, one.at), one.at, "ap-", source)
        assert made.items


def test_api_md_asks_everything_that_there_is() -> None:
    of_pages = {"behaviours", "decide", "for-you", "consent", "subscribe", "confirm"}
    assert {where for where, _ in asked()} == of_pages | {"behaviours of the shop", "mail-events of the shop"}


@pytest.mark.parametrize("file", [RELATION, API])
def test_its_links_lead_somewhere(file: Path) -> None:
    for name, anchor in re.findall(r"\]\(([\w./-]*)(?:#([\w-]+))?\)", text(file)):
        target = file.parent / name if name else file
        assert target.exists(), name
        if anchor:
            heads = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}, anchor
