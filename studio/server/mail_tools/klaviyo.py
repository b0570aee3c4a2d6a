"""Klaviyo (https://developers.klaviyo.com/en/reference/api_overview): JSON:API, its version in a header.

Subscribing there lifts whatever no it was told. With `historical_import` it takes a yes as it was given; without, as one given
now, which is what lifts. Whoever is taken off a list without being on it is unsubscribed from all.
"""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import msgspec

from studio.relation.mail_gate import Suppressed
from studio.server.config import MailToolRules
from studio.server.mail_tools.tool import NEVER_AGAIN_MS, Person, Refusal, Standing, moment, moment_ms, standing_of
from studio.server.mail_tools.wire import Wire

BASE = "https://a.klaviyo.com"
REVISION = "2026-07-15"
REASONS: dict[str, Suppressed] = {
    "SPAM_COMPLAINT": "complaint",
    "HARD_BOUNCE": "bounce",
    "INVALID_EMAIL": "bounce",
    "USER_SUPPRESSED": "manual",
}
PAGE = "100"
FIELDS = {"additional-fields[profile]": "subscriptions", "fields[profile]": "email,subscriptions"}


class Klaviyo:
    """One of its lists."""

    def __init__(self, rules: MailToolRules, key: str, http: aiohttp.ClientSession) -> None:
        headers = {"Authorization": f"Klaviyo-API-Key {key}", "revision": REVISION, "Accept": "application/vnd.api+json"}
        self._wire = Wire(http, rules.url or BASE, headers)
        self._list = rules.list

    async def prepare(self) -> None:
        """It takes properties as they come."""

    async def standing(self, address: str) -> Standing:
        found = await self._wire.ask("GET", "/api/profiles", params=FIELDS | _whose(address))
        people = _people(found)
        return standing_of(self._refusal(people[0])) if people else Standing()

    async def put(self, person: Person, standing: Standing, *, said_before: bool) -> None:
        properties = {"vitrine_segments": list(person.inside), "vitrine_language": person.language}
        attributes = {"email": person.address, "properties": properties}
        await self._wire.ask("POST", "/api/profile-import", {"data": {"type": "profile", "attributes": attributes}})
        if said_before and standing.no_ms is None:  # once more it might lift a no that comes at this moment
            return
        yes: dict[str, Any] = {"consent": "SUBSCRIBED"}
        historical = standing.no_ms is None
        if historical:
            yes["consented_at"] = moment(person.confirmed_ms)
        more = {"custom_source": "Vitrine", "historical_import": historical}
        await self._job("profile-subscription-bulk-create-job", person.address, yes, more)

    async def stop(self, address: str, everywhere: bool) -> None:
        if everywhere:
            kind = "profile-suppression-bulk-create-job"
            attributes = {"profiles": {"data": [{"type": "profile", "attributes": {"email": address}}]}}
            await self._wire.ask("POST", f"/api/{kind}s", {"data": {"type": kind, "attributes": attributes}})
        elif _people(await self._wire.ask("GET", f"/api/lists/{self._list}/profiles", params=_whose(address))):
            await self._job("profile-subscription-bulk-delete-job", address, {"consent": "UNSUBSCRIBED"}, {})

    async def _job(self, kind: str, address: str, said: dict[str, Any], more: dict[str, Any]) -> None:
        attributes = {"email": address, "subscriptions": {"email": {"marketing": said}}}
        data = {
            "type": kind,
            "attributes": {"profiles": {"data": [{"type": "profile", "attributes": attributes}]}} | more,
            "relationships": {"list": {"data": {"type": "list", "id": self._list}}},
        }
        await self._wire.ask("POST", f"/api/{kind}s", {"data": data})

    async def erase(self, address: str) -> None:
        profile = {"data": {"type": "profile", "attributes": {"email": address}}}
        data = {"type": "data-privacy-deletion-job", "attributes": {"profile": profile}}
        await self._wire.ask("POST", "/api/data-privacy-deletion-jobs", {"data": data}, unless=(404,))

    async def refusals(self, since_ms: int) -> AsyncIterator[Refusal]:
        for name in ("suppression", "list_suppressions"):
            where = f"greater-than(subscriptions.email.marketing.{name}.timestamp,{moment(since_ms)})"
            if name == "list_suppressions":
                whose = msgspec.json.encode(self._list).decode()
                where = f"and({where},equals(subscriptions.email.marketing.{name}.list_id,{whose}))"
            params = FIELDS | {"filter": where, "page[size]": PAGE}
            while True:
                found = await self._wire.ask("GET", "/api/profiles", params=params)
                for one in _people(found):
                    if (refusal := self._refusal(one)) is not None:
                        yield refusal
                cursor = _cursor(found)
                if not cursor or cursor == params.get("page[cursor]"):
                    break
                params = params | {"page[cursor]": cursor}

    def _refusal(self, one: dict[str, Any]) -> Refusal | None:
        """The newest no that it has of somebody: to all, or to this list."""
        attributes = one.get("attributes") or {}
        mail = ((attributes.get("subscriptions") or {}).get("email") or {}).get("marketing") or {}
        address = str(attributes.get("email") or "").lower()
        all_, here = mail.get("suppression") or [], mail.get("list_suppressions") or []
        found = [(moment_ms(said.get("timestamp")), said.get("reason"), True) for said in all_]
        found += [
            (moment_ms(said.get("timestamp")), said.get("reason"), False) for said in here if said.get("list_id") == self._list
        ]
        if mail.get("consent") == "UNSUBSCRIBED" and not found:
            said_ms = moment_ms(mail.get("last_updated")) if mail.get("last_updated") else NEVER_AGAIN_MS
            found.append((said_ms, None, True))
        if not found or not address:
            return None
        at_ms, reason, everywhere = max(found, key=lambda said: said[0])
        return Refusal(address=address, at_ms=at_ms, reason=REASONS.get(str(reason), "unsubscribed"), everywhere=everywhere)


def _whose(address: str) -> dict[str, str]:
    return {"filter": f"equals(email,{msgspec.json.encode(address).decode()})"}


def _people(found: Any) -> list[dict[str, Any]]:
    data = found.get("data") if isinstance(found, dict) else None
    return [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []


def _cursor(found: Any) -> str:
    """Of the next page: of its address only the cursor is used, so that nothing is asked elsewhere with our key."""
    following = (found.get("links") or {}).get("next") if isinstance(found, dict) else None
    return next(iter(parse_qs(urlsplit(str(following)).query).get("page[cursor]", [])), "") if following else ""
