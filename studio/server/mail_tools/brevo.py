"""Brevo (https://developers.brevo.com/reference): attributes must exist there before anybody has them, in capital letters."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import aiohttp

from studio.server.config import MailToolRules
from studio.server.mail_tools.tool import Person, Refusal, Standing, moment, moment_ms, standing_of
from studio.server.mail_tools.wire import Wire

BASE = "https://api.brevo.com/v3"
SEGMENTS, LANGUAGE = "VITRINE_SEGMENTS", "VITRINE_LANGUAGE"
PAGE = 500
EXISTS = (400,)


class Brevo:
    """One of its lists. It has one word for who left, complained or bounced: nothing goes there any more."""

    def __init__(self, rules: MailToolRules, key: str, http: aiohttp.ClientSession) -> None:
        self._wire = Wire(http, rules.url or BASE, {"api-key": key, "Accept": "application/json"})
        self._list = int(rules.list)

    async def prepare(self) -> None:
        for name in (SEGMENTS, LANGUAGE):
            await self._wire.ask("POST", f"/contacts/attributes/normal/{name}", {"type": "text"}, unless=EXISTS)

    async def standing(self, address: str) -> Standing:
        found = await self._wire.ask("GET", _contact(address), params={"identifierType": "email_id"}, unless=(404,))
        if not isinstance(found, dict):
            return Standing()
        return standing_of(self._refusal(found))

    async def put(self, person: Person, standing: Standing, *, said_before: bool) -> None:
        attributes = {SEGMENTS: ", ".join(person.inside), LANGUAGE: person.language}
        body: dict[str, Any] = {"email": person.address, "attributes": attributes, "listIds": [self._list], "updateEnabled": True}
        if standing.no_ms is not None:
            body["emailBlacklisted"] = False
        await self._wire.ask("POST", "/contacts", body)

    async def stop(self, address: str, everywhere: bool) -> None:
        body = {"emailBlacklisted": True} if everywhere else {"unlinkListIds": [self._list]}
        await self._wire.ask("PUT", _contact(address), body, params={"identifierType": "email_id"}, unless=(404,))

    async def erase(self, address: str) -> None:
        await self._wire.ask("DELETE", _contact(address), params={"identifierType": "email_id"}, unless=(404,))

    async def refusals(self, since_ms: int) -> AsyncIterator[Refusal]:
        offset = 0
        while True:
            params = {"modifiedSince": moment(since_ms), "limit": str(PAGE), "offset": str(offset), "sort": "asc"}
            found = await self._wire.ask("GET", "/contacts", params=params)
            people = found.get("contacts") if isinstance(found, dict) else None
            if not isinstance(people, list):
                return
            for one in people:
                if isinstance(one, dict) and (refusal := self._refusal(one)) is not None:
                    yield refusal
            if len(people) < PAGE:
                return
            offset += PAGE

    def _refusal(self, one: dict[str, Any]) -> Refusal | None:
        """It says when somebody was changed last, and not why: a later change for another reason counts as a later no."""
        everywhere, left = one.get("emailBlacklisted") is True, self._list in (one.get("listUnsubscribed") or [])
        address = str(one.get("email") or "").lower()
        if not address or not (everywhere or left):
            return None
        return Refusal(address=address, at_ms=moment_ms(one.get("modifiedAt")), reason="unsubscribed", everywhere=everywhere)


def _contact(address: str) -> str:
    return f"/contacts/{quote(address, safe='')}"
