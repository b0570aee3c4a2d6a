"""`vitrine relation import`: what customers did before, told to the show server as the shop's own server would tell it."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import groupby
from typing import Any

import aiohttp

from studio.cli.client import token_of
from studio.errors import Forbidden, InvalidValue, Unreachable
from studio.i18n import N_
from studio.relation.days import Zone
from studio.relation.history_file import Done, read

ZONE = "Europe/Copenhagen"
AT_ONCE = 50
FILE_MAX = 256 << 20
PROBLEMS_MAX = 20
TIMEOUT = aiohttp.ClientTimeout(total=60)
TRIES, WAIT_S = 5, 3.0
AGAIN = frozenset({408, 409, 425, 429})
COUNTS = ("accepted", "duplicate", "ignored")


def bring_history(options: argparse.Namespace) -> int:
    """Exit 1 when something was refused."""
    token = token_of(options)
    try:
        size = options.file.stat().st_size
        if size > FILE_MAX:
            raise InvalidValue("More than {most} MB: split the file", field="FILE", most=FILE_MAX >> 20)
        text = options.file.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidValue("cannot be read: {problem}", field="FILE", problem=error.strerror) from None
    except UnicodeDecodeError:
        raise InvalidValue(N_("This is no UTF-8 text: save the file as UTF-8"), field="FILE") from None
    found, problems = read(text, Zone(options.zone), options.currency)
    told: list[dict[str, Any]] = []
    try:
        asyncio.run(_tell(options.server.rstrip("/"), token, found, told))
    finally:  # also when the server went away: what was told is told
        refused = [f"line {one.line}: {one.why}" for one in problems]
        refused += [f"{one['id']}: {one['why']}" for each in told for one in each["refused"]]
        _say({name: sum(one[name] for one in told) for name in COUNTS}, refused, as_json=options.json)
    return 1 if refused else 0


def _say(counts: dict[str, int], refused: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(counts | {"refused": refused}))
        return
    for line in refused[:PROBLEMS_MAX]:
        print(line, file=sys.stderr)
    if len(refused) > PROBLEMS_MAX:
        print(f"… and {len(refused) - PROBLEMS_MAX} more", file=sys.stderr)
    print(
        f"{counts['accepted']} new, {counts['duplicate']} known already, "
        f"{counts['ignored']} of customers who did not agree, {len(refused)} refused"
    )


def batches(found: Sequence[Done]) -> Iterator[dict[str, Any]]:
    """One customer each, the oldest first."""
    ordered = sorted(found, key=lambda one: (one.customer, one.said["at"]))
    for customer, each in groupby(ordered, key=lambda one: one.customer):
        said = [one.said for one in each]
        for start in range(0, len(said), AT_ONCE):
            yield {"customer": customer, "history": True, "behaviours": said[start : start + AT_ONCE]}


async def _tell(server: str, token: str, found: Sequence[Done], told: list[dict[str, Any]]) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers, timeout=TIMEOUT) as http:
        for batch in batches(found):
            told += await _post(http, f"{server}/relation/v1/behaviours", batch)


async def _post(http: aiohttp.ClientSession, url: str, batch: dict[str, Any]) -> list[dict[str, Any]]:
    """What the server makes of it; tried again while it is busy or away, as the same twice is once."""
    for left in range(TRIES - 1, -1, -1):
        try:
            async with http.post(url, json=batch, allow_redirects=False) as answer:
                status, told = answer.status, await _read(answer)
        except (aiohttp.ClientError, OSError, TimeoutError):
            status, told = 0, {}
        if status == HTTPStatus.ACCEPTED and "refused" in told:
            return [told]
        if status in (401, 403):
            raise Forbidden("The server refuses: {why}", why=str(told.get("detail", status)))
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and len(batch["behaviours"]) > 1:
            half = len(batch["behaviours"]) // 2
            parts = [batch | {"behaviours": some} for some in (batch["behaviours"][:half], batch["behaviours"][half:])]
            return [each for part in parts for each in await _post(http, url, part)]
        if 300 <= status < 400 or status == HTTPStatus.NOT_FOUND:
            raise Unreachable(N_("There is no show server at this address: give its own, with https"))
        if 400 <= status < 500 and status not in AGAIN:
            return [dict.fromkeys(COUNTS, 0) | {"refused": [{"id": batch["customer"], "why": str(told.get("detail", status))}]}]
        if left:
            await asyncio.sleep(WAIT_S)
    raise Unreachable(N_("The server does not answer; what was told is kept, and the same file may be told again"))


async def _read(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    """An object, or an empty one where it is none."""
    try:
        told = json.loads(await answer.read())
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
