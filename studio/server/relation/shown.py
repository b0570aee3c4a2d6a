"""What rules have had on screens, and what people said of it: written down where the behaviour that tells of it is."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from studio.relation import names
from studio.relation.behaviour import Behaviour
from studio.server.db import rules as rows
from studio.server.relation.book import Book


async def follow(connection: AsyncConnection, new: Sequence[Behaviour], book: Book) -> bool:
    """Whether there was any of it among behaviours that are new."""
    told = [one for one in new if one.name in names.RULES]
    for one in told:
        decision, rule = str(one.props.get("decision", ""))[:24], book.rule_named(str(one.props.get("rule", "")))
        product = one.products[0] if one.items else ""
        if one.name == names.RULE_SHOWN and decision and rule:
            await rows.expose(connection, _exposure(one, decision, rule, product, book))
        elif one.name == names.RULE_CLICKED:
            await rows.clicked(connection, one.visitor, decision)
        elif one.name == names.RULE_DISMISSED and rule:
            await rows.refuse(connection, one.visitor, "rule", rule, one.at_ms)
        elif one.name == names.ITEM_REFUSED and product:
            await rows.refuse(connection, one.visitor, "product", product, one.at_ms)
    return bool(told)


def _exposure(one: Behaviour, decision: str, rule: str, product: str, book: Book) -> dict[str, object]:
    version = one.props.get("version", 0)
    return {
        "visitor": one.visitor,
        "decision": decision,
        "rule": rule,
        "version": version if isinstance(version, int) and 0 <= version < 2**31 else 0,
        "variant": str(one.props.get("variant", ""))[:40],
        "slot": str(one.props.get("slot", ""))[:40],
        "product": product,
        "day": book.zone.day(one.at_ms),
        "at_ms": one.at_ms,
        "device": str(one.props.get("device", ""))[:16],
        "clicked": False,
    }
