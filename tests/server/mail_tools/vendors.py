"""Klaviyo, Brevo and Mailchimp as their references describe them: what they ask for, what they lift, and how they refuse."""

import hashlib
import re
from base64 import b64decode
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

from aiohttp import web

from tests.server.fakes import PushedClock

KEY = "secret-us21"


@dataclass
class Contact:
    """Somebody there. `no`: `here` or `everywhere`, since `no_ms`; `bounced`: their address is none any more."""

    address: str
    on_list: bool = False
    no: str = ""
    no_ms: int = 0
    bounced: bool = False
    asked: bool = False
    segments: set[str] = field(default_factory=set)
    language: str = ""
    changed_ms: int = 0

    @property
    def written_to(self) -> bool:
        return self.on_list and not self.no and not self.asked


class Vendor:
    """`refuses` are answers that come before any work is done; `asked` is what was asked, without what only reads."""

    kind: ClassVar[Literal["klaviyo", "brevo", "mailchimp"]]
    list_id: ClassVar[str]

    def __init__(self, clock: PushedClock) -> None:
        self.contacts: dict[str, Contact] = {}
        self.asked: list[str] = []
        self.read = 0
        self.refuses: deque[tuple[int, dict[str, str], Any]] = deque()
        self.hates = ""
        self.url = ""
        self._clock = clock

    async def start(self, port: int = 0) -> web.AppRunner:
        app = web.Application(middlewares=[self._guard])
        self.routes(app.router)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    def routes(self, router: web.UrlDispatcher) -> None:
        raise NotImplementedError

    def allowed(self, request: web.Request) -> bool:
        raise NotImplementedError

    def wrong(self, status: int, why: str, detail: str = "") -> web.Response:
        """A refusal in this vendor's form."""
        raise NotImplementedError

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.method == "GET":
            self.read += 1
        else:
            self.asked.append(f"{request.method} {request.path}")
        if self.refuses:
            status, headers, body = self.refuses.popleft()
            if isinstance(body, str):
                return web.Response(status=status, headers=headers, text=body)
            return web.json_response(body, status=status, headers=headers)
        if not self.allowed(request):
            return self.wrong(401, "not_authenticated")
        if self.hates and self.hates in (await request.text()):
            return self.wrong(400, "invalid", f"{self.hates} is not taken")
        response: web.StreamResponse = await handler(request)
        return response

    def person(self, address: str) -> Contact:
        found = self.contacts.setdefault(address, Contact(address))
        found.changed_ms = self._clock.wall_ms()
        return found

    def says_no(self, address: str, where: str = "everywhere", *, bounced: bool = False) -> None:
        """They click in one of the tool's own mails, or those come back."""
        found = self.person(address)
        found.no, found.no_ms, found.bounced = where, self._clock.wall_ms(), bounced


def iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()


def ms(said: str) -> int:
    return int(datetime.fromisoformat(said).timestamp() * 1000)


class KlaviyoStandIn(Vendor):
    kind, list_id = "klaviyo", "XyZ123"

    def allowed(self, request: web.Request) -> bool:
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", request.headers["revision"])
        return request.headers.get("Authorization") == f"Klaviyo-API-Key {KEY}"

    def wrong(self, status: int, why: str, detail: str = "") -> web.Response:
        error = {"id": "1", "status": status, "code": why, "title": "Wrong", "detail": detail, "source": {"pointer": "/data"}}
        return web.json_response({"errors": [error]}, status=status)

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/api/profiles", self._profiles)
        router.add_get("/api/lists/{list}/profiles", self._profiles)
        router.add_post("/api/profile-import", self._import)
        router.add_post("/api/profile-subscription-bulk-create-jobs", self._subscribe)
        router.add_post("/api/profile-subscription-bulk-delete-jobs", self._unsubscribe)
        router.add_post("/api/profile-suppression-bulk-create-jobs", self._suppress)
        router.add_post("/api/data-privacy-deletion-jobs", self._delete)

    async def _profiles(self, request: web.Request) -> web.Response:
        where = request.query["filter"]
        if found := re.fullmatch(r'equals\(email,"(.*)"\)', where):
            people = [one for one in self.contacts.values() if one.address == found[1].replace('\\"', '"')]
        else:
            since = re.search(r"greater-than\(subscriptions[\w.]+timestamp,([^)]+)\)", where)
            assert since, where
            kind = "here" if "list_suppressions" in where else "everywhere"
            if kind == "here":
                assert f'list_id,"{self.list_id}"' in where
            people = [one for one in self.contacts.values() if one.no == kind and one.no_ms > ms(since[1])]
        if "list" in request.match_info:
            people = [one for one in people if one.on_list]
        size, begin = int(request.query.get("page[size]", "20")), int(request.query.get("page[cursor]", "0"))
        more = begin + size < len(people)
        following = f"https://a.klaviyo.com/api/profiles?page%5Bcursor%5D={begin + size}" if more else None
        shown = [self._shown(one) for one in people[begin : begin + size]]
        return web.json_response({"data": shown, "links": {"self": str(request.url), "next": following}})

    def _shown(self, one: Contact) -> dict[str, Any]:
        reason = "HARD_BOUNCE" if one.bounced else "UNSUBSCRIBE"
        everywhere = [{"reason": reason, "timestamp": iso(one.no_ms)}] if one.no == "everywhere" else []
        here = [{"list_id": self.list_id, "reason": reason, "timestamp": iso(one.no_ms)}] if one.no == "here" else []
        mail = {
            "can_receive_email_marketing": not everywhere,
            "consent": "SUBSCRIBED" if one.on_list else "NEVER_SUBSCRIBED",
            "consent_timestamp": None,
            "last_updated": None,
            "suppression": everywhere,
            "list_suppressions": here,
        }
        return {
            "type": "profile",
            "id": "1",
            "attributes": {"email": one.address, "subscriptions": {"email": {"marketing": mail}}},
        }

    async def _import(self, request: web.Request) -> web.Response:
        attributes = (await request.json())["data"]["attributes"]
        found = self.person(attributes["email"])
        found.segments = set(attributes["properties"]["vitrine_segments"])
        found.language = attributes["properties"]["vitrine_language"]
        return web.json_response({"data": {"type": "profile", "id": "1"}}, status=201)

    async def _job(self, request: web.Request) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        data = (await request.json())["data"]
        assert request.path == f"/api/{data['type']}s"
        people = data["attributes"]["profiles"]["data"]
        assert all(one["type"] == "profile" for one in people)
        return data, [one["attributes"] for one in people]

    async def _subscribe(self, request: web.Request) -> web.Response:
        data, people = await self._job(request)
        assert data["relationships"]["list"]["data"] == {"type": "list", "id": self.list_id}
        for one in people:
            said = one["subscriptions"]["email"]["marketing"]
            assert said["consent"] == "SUBSCRIBED"
            if ("consented_at" in said) != data["attributes"]["historical_import"]:
                return self.wrong(400, "invalid")
            found = self.person(one["email"])
            found.on_list, found.no = True, ""  # it lifts, as the reference warns: also what is historical
        return web.Response(status=202)

    async def _unsubscribe(self, request: web.Request) -> web.Response:
        data, people = await self._job(request)
        assert data["relationships"]["list"]["data"]["id"] == self.list_id
        for one in people:
            assert one["subscriptions"]["email"]["marketing"] == {"consent": "UNSUBSCRIBED"}
            found = self.person(one["email"])
            self.says_no(one["email"], "here" if found.on_list else "everywhere")
            found.on_list = False
        return web.Response(status=202)

    async def _suppress(self, request: web.Request) -> web.Response:
        for one in (await self._job(request))[1]:
            self.says_no(one["email"])
        return web.Response(status=202)

    async def _delete(self, request: web.Request) -> web.Response:
        profile = (await request.json())["data"]["attributes"]["profile"]["data"]["attributes"]
        assert list(profile) == ["email"], "exactly one identifier"
        self.contacts.pop(profile["email"], None)
        return web.Response(status=202)


class BrevoStandIn(Vendor):
    kind, list_id = "brevo", "7"

    def __init__(self, clock: PushedClock) -> None:
        super().__init__(clock)
        self.attributes: set[str] = set()

    def allowed(self, request: web.Request) -> bool:
        return request.headers.get("api-key") == KEY

    def wrong(self, status: int, why: str, detail: str = "") -> web.Response:
        return web.json_response({"code": why, "message": detail or "Wrong"}, status=status)

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/contacts/attributes/normal/{name}", self._attribute)
        router.add_get("/contacts", self._all)
        router.add_post("/contacts", self._put)
        router.add_get("/contacts/{address}", self._one)
        router.add_put("/contacts/{address}", self._change)
        router.add_delete("/contacts/{address}", self._delete)

    async def _attribute(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name in self.attributes or (await request.json())["type"] != "text":
            return self.wrong(400, "invalid_parameter", "Attribute name must be unique")
        self.attributes.add(name)
        return web.Response(status=201)

    def _shown(self, one: Contact) -> dict[str, Any]:
        return {
            "email": one.address,
            "id": 1,
            "emailBlacklisted": one.no == "everywhere",
            "smsBlacklisted": False,
            "modifiedAt": iso(one.changed_ms),
            "listIds": [7] if one.on_list else [],
            "listUnsubscribed": [7] if one.no == "here" else None,
            "attributes": {},
        }

    async def _all(self, request: web.Request) -> web.Response:
        since, offset, limit = ms(request.query["modifiedSince"]), int(request.query["offset"]), int(request.query["limit"])
        assert limit <= 1000
        found = [self._shown(one) for one in self.contacts.values() if one.changed_ms > since]
        return web.json_response({"contacts": found[offset : offset + limit], "count": len(found)})

    async def _put(self, request: web.Request) -> web.Response:
        said = await request.json()
        assert said["updateEnabled"] is True
        there = said["email"] in self.contacts
        found = self.person(said["email"])
        found.on_list = found.on_list or said["listIds"] == [7]
        if said.get("emailBlacklisted") is False:
            found.no = ""
        known = {name: value for name, value in said["attributes"].items() if name in self.attributes}
        found.segments = set(filter(None, known["VITRINE_SEGMENTS"].split(", ")))
        found.language = known["VITRINE_LANGUAGE"]
        return web.Response(status=204) if there else web.json_response({"id": 1}, status=201)

    def _there(self, request: web.Request) -> Contact | None:
        assert request.query["identifierType"] == "email_id"
        return self.contacts.get(request.match_info["address"])

    async def _one(self, request: web.Request) -> web.Response:
        if (found := self._there(request)) is None:
            return self.wrong(404, "document_not_found", "Contact does not exist")
        return web.json_response(self._shown(found))

    async def _change(self, request: web.Request) -> web.Response:
        if (found := self._there(request)) is None:
            return self.wrong(404, "document_not_found", "Contact does not exist")
        said = await request.json()
        if said.get("emailBlacklisted"):
            self.says_no(found.address)
        if 7 in said.get("unlinkListIds", []):
            found.on_list = False
        return web.Response(status=204)

    async def _delete(self, request: web.Request) -> web.Response:
        if (found := self._there(request)) is None:
            return self.wrong(404, "document_not_found", "Contact does not exist")
        del self.contacts[found.address]
        return web.Response(status=204)


class MailchimpStandIn(Vendor):
    kind, list_id = "mailchimp", "a1b2c3"

    def allowed(self, request: web.Request) -> bool:
        scheme, _, said = request.headers.get("Authorization", "").partition(" ")
        return scheme == "Basic" and b64decode(said).decode().partition(":")[2] == KEY

    def wrong(self, status: int, why: str, detail: str = "") -> web.Response:
        said = {"type": "about:blank", "title": why, "status": status, "detail": detail, "instance": "1"}
        return web.json_response(said, status=status)

    def routes(self, router: web.UrlDispatcher) -> None:
        members = f"/lists/{self.list_id}/members"
        router.add_get(members, self._all)
        router.add_get(f"{members}/{{hash}}", self._one)
        router.add_put(f"{members}/{{hash}}", self._put)
        router.add_patch(f"{members}/{{hash}}", self._change)
        router.add_post(f"{members}/{{hash}}/tags", self._tags)
        router.add_post(f"{members}/{{hash}}/actions/delete-permanent", self._delete)

    def _status(self, one: Contact) -> str:
        if one.asked:
            return "pending"
        if one.no:
            return "cleaned" if one.bounced else "unsubscribed"
        return "subscribed"

    def _shown(self, one: Contact) -> dict[str, Any]:
        return {"email_address": one.address, "status": self._status(one), "last_changed": iso(one.changed_ms)}

    def _there(self, request: web.Request) -> Contact | None:
        wanted = request.match_info["hash"]
        return next((one for one in self.contacts.values() if hashlib.md5(one.address.encode()).hexdigest() == wanted), None)

    async def _all(self, request: web.Request) -> web.Response:
        since, offset, count = (request.query[name] for name in ("since_last_changed", "offset", "count"))
        found = [self._shown(one) for one in self.contacts.values() if one.changed_ms > ms(since)]
        found = [one for one in found if one["status"] == request.query["status"]]
        assert int(count) <= 1000
        return web.json_response({"members": found[int(offset) : int(offset) + int(count)]})

    async def _one(self, request: web.Request) -> web.Response:
        if (found := self._there(request)) is None:
            return self.wrong(404, "Resource Not Found")
        return web.json_response(self._shown(found))

    async def _put(self, request: web.Request) -> web.Response:
        said = await request.json()
        assert hashlib.md5(said["email_address"].lower().encode()).hexdigest() == request.match_info["hash"]
        fresh = said["email_address"] not in self.contacts
        there = self.contacts.get(said["email_address"])
        if there is not None and there.no and said.get("status") not in (None, "pending"):
            return self.wrong(400, "Member In Compliance State", f"{there.address} is in a compliance state")
        found = self.person(said["email_address"])
        status = said["status_if_new"] if fresh else said.get("status", self._status(found))
        found.on_list, found.language = True, said["language"]
        found.asked = status == "pending"
        if found.asked:
            found.no = ""
        return web.json_response(self._shown(found))

    async def _change(self, request: web.Request) -> web.Response:
        if (found := self._there(request)) is None:
            return self.wrong(404, "Resource Not Found")
        assert (await request.json()) == {"status": "unsubscribed"}
        self.says_no(found.address, "here")
        return web.json_response(self._shown(found))

    async def _tags(self, request: web.Request) -> web.Response:
        found = self._there(request)
        assert found is not None
        for tag in (await request.json())["tags"]:
            if tag["status"] == "active":
                found.segments.add(tag["name"])
            else:
                found.segments.discard(tag["name"])
        return web.Response(status=204)

    async def _delete(self, request: web.Request) -> web.Response:
        if (found := self._there(request)) is None:
            return self.wrong(404, "Resource Not Found")
        del self.contacts[found.address]
        return web.Response(status=204)


VENDORS = {one.kind: one for one in (KlaviyoStandIn, BrevoStandIn, MailchimpStandIn)}
