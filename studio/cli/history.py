"""`vitrine relation import`: what customers did before, told to the show server as the shop's own server would tell it."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
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
    told = asyncio.run(_tell(options.server.rstrip("/"), token, found))
    counts = {name: sum(one[name] for one in told) for name in ("accepted", "duplicate", "ignored")}
    refused = [f"line {one.line}: {one.why}" for one in problems]
    refused += [f"{one['id']}: {one['why']}" for each in told for one in each["refused"]]
    if options.json:
        print(json.dumps(counts | {"refused": refused}))
    else:
        for line in refused[:PROBLEMS_MAX]:
            print(line, file=sys.stderr)
        if len(refused) > PROBLEMS_MAX:
            print(f"… and {len(refused) - PROBLEMS_MAX} more", file=sys.stderr)
        print(
            f"{counts['accepted']} new, {counts['duplicate']} known already, "
            f"{counts['ignored']} of customers who did not agree, {len(refused)} refused"
        )
    return 1 if refused else 0


def batches(found: Sequence[Done]) -> Iterator[dict[str, Any]]:
    """One customer each, the oldest first."""
    ordered = sorted(found, key=lambda one: (one.customer, one.said["at"]))
    for customer, each in groupby(ordered, key=lambda one: one.customer):
        said = [one.said for one in each]
        for start in range(0, len(said), AT_ONCE):
            yield {"customer": customer, "history": True, "behaviours": said[start : start + AT_ONCE]}


async def _tell(server: str, token: str, found: Sequence[Done]) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers, timeout=TIMEOUT) as http:
        return [await _post(http, f"{server}/relation/v1/behaviours", batch) for batch in batches(found)]


async def _post(http: aiohttp.ClientSession, url: str, batch: dict[str, Any]) -> dict[str, Any]:
    """What the server makes of it; tried again while it is busy or away, as the same twice is once."""
    for left in range(TRIES - 1, -1, -1):
        try:
            async with http.post(url, json=batch, allow_redirects=False) as answer:
                told = await answer.json(content_type=None)
                if answer.status == 202:
                    return dict(told)
                if answer.status in (401, 403):
                    raise Forbidden("The server refuses: {why}", why=str(told.get("detail", "")))
                if answer.status < 500 and answer.status != 429:
                    refused = [{"id": batch["customer"], "why": str(told.get("detail", answer.status))}]
                    return {"accepted": 0, "duplicate": 0, "ignored": 0, "refused": refused}
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            pass
        if left:
            await asyncio.sleep(WAIT_S)
    raise Unreachable(N_("The server does not answer; what was told is kept, and the same file may be told again"))
