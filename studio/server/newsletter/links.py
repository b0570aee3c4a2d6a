"""What stands in letters' links: it says nothing about whose it is, cannot be guessed, and never ends."""

import base64
import hashlib
import hmac
import secrets

from sqlalchemy.ext.asyncio import AsyncEngine

from studio.server.db import numbers
from studio.server.db.engine import writing

PARAMETER = "vitrine-mail"
"""What a page finds the token of a confirmation in."""
SIGNED = 15


class MailLinks:
    """Signs with a key of the database's; `open` once that is."""

    def __init__(self) -> None:
        self._secret = b""

    async def open(self, engine: AsyncEngine) -> None:
        """Take the key from the database, or leave a new one there."""
        async with writing(engine).begin() as connection:
            await numbers.put_key(connection, "newsletters", secrets.token_hex(32))
            self._secret = bytes.fromhex(await numbers.key(connection, "newsletters") or "")

    def leave(self, subscriber: str, topic: str) -> str:
        """For the link that unsubscribes somebody from a topic, in every letter about it."""
        words = f"{subscriber}.{topic}"
        return f"{_coded(words.encode())}.{self._sign('leave', words)}"

    def left(self, token: str) -> tuple[str, str] | None:
        """Who leaves what, by a token of ours."""
        coded, _, signature = token.partition(".")
        try:
            words = base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
        except ValueError:
            return None
        if not hmac.compare_digest(signature.encode(errors="replace"), self._sign("leave", words).encode()):
            return None
        subscriber, _, topic = words.partition(".")
        return subscriber, topic

    def message_id(self, mailing: str, subscriber: str, host: str) -> str:
        """Names one letter; whoever returns it can be believed that it was ours."""
        words = f"{mailing}.{subscriber}"
        return f"<{words}.{self._sign('letter', words)}@{host}>"

    def letter(self, message_id: str) -> tuple[str, str] | None:
        """Which letter a message id names, mailing and subscriber; None for one that is not ours."""
        words, _, signature = message_id.strip("<> ").partition("@")[0].rpartition(".")
        if not hmac.compare_digest(signature.encode(errors="replace"), self._sign("letter", words).encode()):
            return None
        mailing, _, subscriber = words.partition(".")
        return mailing, subscriber

    def _sign(self, kind: str, words: str) -> str:
        return _coded(hmac.digest(self._secret, f"{kind} {words}".encode(errors="replace"), hashlib.sha256)[:SIGNED])


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
