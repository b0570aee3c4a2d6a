"""What visitors do, told to the brand's own address as well: signed, in order, none left out that is taken there, and deleted
there when somebody is forgotten here."""

import asyncio
import hashlib
import hmac
import logging
from http import HTTPStatus
from typing import Any

import aiohttp
import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.errors import StudioError, Unreachable
from studio.i18n import N_
from studio.relation.behaviour import Behaviour
from studio.server.config import Forward, read_secret
from studio.server.db import behaviours, profiles
from studio.server.db import calls as settings_rows
from studio.server.db.engine import writing
from studio.server.faults import place_of
from studio.server.relation.people import agreements

log = logging.getLogger(__name__)

SETTING = "forward"
AT_ONCE = 200
LOOK_S, TIMEOUT_S = 2.0, 15.0
WAITS_S = (5, 15, 60, 300, 600)
"""Between tries; the last one again and again: nothing is left out."""
SIGNATURE = "Vitrine-Signature"


class Forwarder:
    """`problem` says why nothing is taken there; empty: it is. On the server's loop."""

    def __init__(self, engine: AsyncEngine, clock: Clock, settings: Forward) -> None:
        self.problem = ""
        self._engine = engine
        self._clock = clock
        self._settings = settings
        self._secret = read_secret(settings.secret_file, "forward.secret_file") if settings.url else ""
        self._where = hashlib.sha256(settings.url.encode()).hexdigest()[:16]
        """Another address begins anew, and so does the same one after a time without any."""
        self._at_once = AT_ONCE
        self._failures = 0

    async def open(self) -> None:
        """Note from where on it is told, before anybody is served: what was done earlier was agreed to without this."""
        async with writing(self._engine).begin() as connection:
            where, _, _ = (await settings_rows.setting(connection, SETTING) or "").partition(" ")
            if not self._settings.url:
                if where:
                    await settings_rows.drop_setting(connection, SETTING)
            elif where != self._where:
                newest = await behaviours.newest_seq(connection)
                await settings_rows.put_setting(connection, SETTING, f"{self._where} {newest}")

    async def run(self) -> None:
        """Tell what is new, until cancelled; without an address nobody is told."""
        if not self._settings.url:
            return
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            while True:
                wait_s = LOOK_S
                try:
                    while await self.step(http):
                        pass
                    self._failures, self.problem = 0, ""
                except Exception as error:  # it is away, or the database is: it is told again
                    if not self._failures:
                        log.warning("behaviours could not be forwarded: %s", place_of(error))
                    self.problem = error.code if isinstance(error, StudioError) else "failed"
                    wait_s = WAITS_S[min(self._failures, len(WAITS_S) - 1)]
                    self._failures += 1
                await asyncio.sleep(wait_s)

    async def step(self, http: aiohttp.ClientSession) -> bool:
        """Tell the next ones; whether there may be more. Raises `Unreachable` where they were not taken."""
        async with self._engine.connect() as connection:
            gone = await behaviours.deletions(connection, AT_ONCE)
            _, _, said = (await settings_rows.setting(connection, SETTING) or "").partition(" ")
            found = await behaviours.after(connection, int(said), self._at_once)
            visitors = {one.visitor for _, one in found}
            customers = await profiles.customers_of(connection, visitors)
            agreed = await agreements(connection, visitors)
        if gone:  # this loop alone speaks there, so that nothing of theirs comes after it
            await self._post(http, [{"type": "delete", "anonymousId": one} for one in gone])
            async with writing(self._engine).begin() as connection:
                await behaviours.drop_deletions(connection, gone)
        if not found:
            return bool(gone)
        told = [_told(one, customers.get(one.visitor, "")) for _, one in found if "analytics" in agreed[one.visitor]]
        if told:  # of who agreed then, and does so still
            await self._post(http, told)
        await self._reached(found[-1][0])
        more, self._at_once = len(found) == self._at_once, AT_ONCE
        return more

    async def _post(self, http: aiohttp.ClientSession, told: list[dict[str, Any]]) -> None:
        body = msgspec.json.encode({"events": told})
        at_s = self._clock.wall_ms() // 1000
        signed = hmac.digest(self._secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hex()
        headers = {"Content-Type": "application/json", SIGNATURE: f"t={at_s},v1={signed}"}
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        try:
            async with http.post(
                self._settings.url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                taken = 200 <= answer.status < 300
                if answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                    self._at_once = max(1, len(told) // 2)
                    if len(told) == 1:  # it will not be smaller another time, and all others wait behind it
                        log.warning("one behaviour is more than is taken there: it is left out")
                        taken = True
        except (aiohttp.ClientError, OSError, TimeoutError):
            taken = False
        if not taken:
            raise Unreachable(N_("The address that behaviours are forwarded to does not take them"))

    async def _reached(self, seq: int) -> None:
        async with writing(self._engine).begin() as connection:
            await settings_rows.put_setting(connection, SETTING, f"{self._where} {seq}")


def _told(one: Behaviour, customer: str) -> dict[str, Any]:
    """As Segment's specification has it (*track*), so that what reads that reads this; what else we know stands in `context`."""
    products = [msgspec.to_builtins(item) for item in one.items]
    properties = one.props | {"products": products} if products else dict(one.props)
    for name, value in (
        ("value_minor", one.value_minor),
        ("currency", one.currency),
        ("order_id", one.order),
        ("show", one.show),
        ("media_ms", one.media_ms),
        ("part", one.part),
    ):
        if value not in (None, ""):
            properties[name] = value
    told = {
        "type": "track",
        "messageId": f"{one.visitor}.{one.id}",
        "event": one.name,
        "anonymousId": one.visitor,
        "timestamp": one.at_ms,
        "receivedAt": one.received_ms,
        "properties": properties,
        "context": {"page": {"path": one.page}, "consent": one.consent, "source": one.source},
    }
    return told | ({"userId": customer} if customer else {})
