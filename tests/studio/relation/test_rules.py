"""Whether a rule can be saved."""

from typing import Any

import pytest

from studio.errors import InvalidValue
from studio.relation.action import ShowMessage
from studio.relation.rule import Rule, Variant, check
from tests.studio.relation.anything import zone

ONE = Variant(id="a", action=ShowMessage(text="Hello"))


@pytest.mark.parametrize(
    ("name", "fields", "field"),
    [
        ("Europe/Copenhagen", {"begins": "2026-02-30T10:00"}, "begins"),
        ("Europe/Copenhagen", {"ends": "2026-02-30T10:00"}, "ends"),
        ("Europe/Copenhagen", {"begins": "0001-01-01T00:00"}, "begins"),
        ("America/New_York", {"begins": "2026-11-01T00:00", "ends": "9999-12-31T23:59"}, "ends"),
        ("Europe/Copenhagen", {"begins": "2026-11-01T00:00", "ends": "2026-11-01T00:00"}, "ends"),
        ("Europe/Copenhagen", {"begins": "2027-03-28T02:30", "ends": "2027-03-28T03:00"}, "ends"),
        ("Europe/Copenhagen", {"variants": (Variant(id="a", action=ONE.action, weight=0),)}, "variants"),
        ("Europe/Copenhagen", {"variants": (ONE, ONE)}, "variants"),
    ],
)
def test_what_is_wrong_names_its_field(name: str, fields: dict[str, Any], field: str) -> None:
    plain: dict[str, Any] = {"variants": (ONE,)}
    with pytest.raises(InvalidValue) as refused:
        check(Rule(id="r", name="R", slot="pin", **plain | fields), zone(name))
    assert refused.value.field == field


def test_an_hour_that_comes_twice_begins_and_ends_the_first_time() -> None:
    rule = Rule(id="r", name="R", slot="pin", variants=(ONE,), begins="2026-10-25T02:30", ends="2026-10-25T03:00")
    check(rule, zone("Europe/Copenhagen"))
    begins_ms, ends_ms = rule.span_ms(zone("Europe/Copenhagen"))
    assert begins_ms is not None
    assert ends_ms is not None
    assert ends_ms - begins_ms == 90 * 60_000
