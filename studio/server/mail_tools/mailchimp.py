"""Mailchimp (https://mailchimp.com/developer/marketing/api/list-members/): its host stands at the end of the key, a person is the
MD5 of their address in small letters. `status` would change who is there already: only `status_if_new` goes, but for somebody
who left and came back here: those it asks itself (`pending`)."""

import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from studio.relation.mail_gate import Suppressed
from studio.server.config import MailToolRules
from studio.server.mail_tools.tool import Person, Refusal, Standing, moment, moment_ms, standing_of
from studio.server.mail_tools.wire import Wire

PAGE = 500


class Mailchimp:
    """One of its audiences. Segments go there as tags."""

    def __init__(self, rules: MailToolRules, key: str, http: aiohttp.ClientSession) -> None:
        base = rules.url or f"https://{key.rpartition('-')[2]}.api.mailchimp.com/3.0"
        self._wire = Wire(http, base, {"Authorization": f"Basic {b64encode(f'vitrine:{key}'.encode()).decode()}"})
        self._members = f"/lists/{rules.list}/members"

    async def prepare(self) -> None:
        """It takes tags as they come."""

    async def standing(self, address: str) -> Standing:
        found = await self._wire.ask("GET", self._member(address), unless=(404,))
        if not isinstance(found, dict):
            return Standing()
        if found.get("status") == "archived":  # by the brand, who knows what of: they are asked
            return Standing(there=True, no_ms=0)
        if found.get("status") == "transactional":
            return Standing(there=True, unasked=True)
        return standing_of(_refusal(found), final=True)

    async def put(self, person: Person, standing: Standing, *, said_before: bool) -> None:
        body: dict[str, Any] = {
            "email_address": person.address,
            "status_if_new": "subscribed",
            "language": person.language,
            "timestamp_opt": moment(person.confirmed_ms),
        }
        if standing.no_ms is not None:
            body["status"] = "pending"
        elif standing.unasked:
            body["status"] = "subscribed"
        await self._wire.ask("PUT", self._member(person.address), body)
        tags = [{"name": name, "status": "active"} for name in person.inside]
        tags += [{"name": name, "status": "inactive"} for name in person.outside]
        if tags:
            await self._wire.ask("POST", f"{self._member(person.address)}/tags", {"tags": tags})

    async def stop(self, address: str, everywhere: bool) -> None:
        await self._wire.ask("PATCH", self._member(address), {"status": "unsubscribed"}, unless=(404,))

    async def erase(self, address: str) -> None:
        await self._wire.ask("POST", f"{self._member(address)}/actions/delete-permanent", unless=(404,))

    async def refusals(self, since_ms: int) -> AsyncIterator[Refusal]:
        for status in ("unsubscribed", "cleaned"):
            offset = 0
            while True:
                params = {"status": status, "since_last_changed": moment(since_ms), "count": str(PAGE), "offset": str(offset)}
                params["fields"] = "members.email_address,members.status,members.last_changed"
                found = await self._wire.ask("GET", self._members, params=params)
                people = found.get("members") if isinstance(found, dict) else None
                if not isinstance(people, list):
                    break
                for one in people:
                    if isinstance(one, dict) and (refusal := _refusal(one)) is not None:
                        yield refusal
                if len(people) < PAGE:
                    break
                offset += PAGE

    def _member(self, address: str) -> str:
        return f"{self._members}/{hashlib.md5(address.lower().encode(), usedforsecurity=False).hexdigest()}"


def _refusal(one: dict[str, Any]) -> Refusal | None:
    status, address = one.get("status"), str(one.get("email_address") or "").lower()
    if status not in ("unsubscribed", "cleaned") or not address:
        return None
    reason: Suppressed = "bounce" if status == "cleaned" else "unsubscribed"
    return Refusal(address=address, at_ms=moment_ms(one.get("last_changed")), reason=reason, everywhere=status == "cleaned")
