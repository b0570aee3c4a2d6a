"""The mail tools that the settings name."""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack

import aiohttp
import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.errors import NotFound
from studio.server.config import MailToolRules, read_secret
from studio.server.db import calls as settings_rows
from studio.server.db import mail_tools as told
from studio.server.db.engine import writing
from studio.server.mail_tools.brevo import Brevo
from studio.server.mail_tools.klaviyo import Klaviyo
from studio.server.mail_tools.mailchimp import Mailchimp
from studio.server.mail_tools.pusher import Pusher, setting_of
from studio.server.mail_tools.tool import MailTool
from studio.server.mail_tools.wishes import Wishes
from studio.server.newsletter.subscribers import Subscribers
from studio.state.newsletters import ToolNow
from studio.tasks import Tasks

SETTING = "mail_tools"
KINDS: dict[str, Callable[[MailToolRules, str, aiohttp.ClientSession], MailTool]] = {
    "klaviyo": Klaviyo,
    "brevo": Brevo,
    "mailchimp": Mailchimp,
}


class MailTools:
    """Each is told by itself: one that is away holds no other up."""

    def __init__(
        self,
        engine: AsyncEngine,
        clock: Clock,
        rules: Sequence[MailToolRules],
        *,
        wishes: Wishes,
        subscribers: Subscribers,
        changed: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._pushers = {
            one.name: Pusher(engine, clock, one, wishes=wishes, subscribers=subscribers, changed=changed) for one in rules
        }

    async def open(self, opened: AsyncExitStack) -> None:
        """Read how each stands, and forget those that the settings name no more."""
        async with writing(self._engine).begin() as connection:
            said = await settings_rows.setting(connection, SETTING)
            for name in set(msgspec.json.decode(said, type=list[str]) if said else ()) - set(self._pushers):
                await told.drop_tool(connection, name)
                await settings_rows.drop_setting(connection, setting_of(name))
            await settings_rows.put_setting(connection, SETTING, msgspec.json.encode(sorted(self._pushers)).decode())
        if not self._pushers:
            return
        http = await opened.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        for name, pusher in self._pushers.items():
            rules = pusher.rules
            key = read_secret(rules.key_file, f"mail_tool {name}: key_file")
            await pusher.open(KINDS[rules.kind](rules, key, http))

    def begin(self, tasks: Tasks) -> None:
        """Tell them."""
        for name, pusher in self._pushers.items():
            tasks.spawn(pusher.run(), f"mail-tool-{name}")

    def stir(self) -> None:
        """Somebody subscribed, left or was forgotten."""
        for pusher in self._pushers.values():
            pusher.stir()

    def one(self, name: str) -> Pusher:
        """By its name. Raises `NotFound`."""
        if (found := self._pushers.get(name)) is None:
            raise NotFound("There is no {kind} {name}", kind="mail tool", name=name)
        return found

    async def now(self) -> tuple[ToolNow, ...]:
        """How they stand."""
        return tuple([await one.now() for one in self._pushers.values()])
