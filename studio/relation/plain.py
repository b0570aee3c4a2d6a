"""Reasons as the person themselves reads them: what they did, in plain words, and nothing of how the brand counts."""

from collections.abc import Mapping

from studio.i18n import N_
from studio.relation.reason import Reason

PLAIN = {
    "{what}: {actual} of {needed}": N_("you {what} {actual} times"),
    "{what}: {actual}, needed {needed}": N_("you {what} {actual} times"),
    "{what}: {actual}, at most {needed}": N_("you {what} {actual} times"),
    "{what}: {actual} days ago ({needed})": N_("you {what} {actual} days ago"),
    "{value}: {actual} % of what they like, {needed} % needed": N_("you like {value}"),
    "{first}, then {then}: {minutes} min apart": N_("you did one thing after the other"),
    "watches for {actual} s, {needed} s needed": N_("you are watching"),
    "{points} ≥ {threshold}, {ahead} ahead": N_("of what you looked at here"),
}
"""What staff read, and what the person does, of the same."""


def plain(reason: Reason, titles: Mapping[str, str]) -> Reason:
    """The same for the person; products by their titles, and the brand's own names of segments left out."""
    if reason.message == "{name}: {why}" and isinstance(why := reason.params.get("why"), Reason):
        return plain(why, titles)
    params = {name: plain(value, titles) if isinstance(value, Reason) else value for name, value in reason.params.items()}
    if isinstance(about := params.get("about"), str):
        params["about"] = ", ".join(titles.get(word, word) for word in about.split(", "))
    return Reason(PLAIN.get(reason.message, reason.message), params)
