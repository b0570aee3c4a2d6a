"""`vitrine check` against a real server: the uplink, the token, the clock."""

from pathlib import Path

import aiohttp
import pytest

from studio.checks import network
from studio.checks.network import network_findings
from studio.link.server_process import Endpoint
from studio.server.app import ShowServer
from tests.server.fakes import TOKEN


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr(network, "UPLINK_S", 0.2)


async def found(server: ShowServer, token: str = TOKEN) -> dict[str, tuple[str, str]]:
    return {one.what: (one.verdict, one.words) for one in await network_findings(Endpoint(server.url, token))}


async def test_a_good_network_is_measured_against_what_the_show_takes(server: ShowServer) -> None:
    said = await found(server)
    assert said["Server"] == ("ok", f"answers at {server.url}")
    assert said["Clock"][0] == "ok"
    verdict, words = said["Uplink"]
    assert verdict == "ok"
    assert words.endswith("the show takes 4.6, with all smaller pictures 7.9")
    assert float(words.split()[0]) > 20


@pytest.mark.parametrize(("kbps", "verdict"), [(3000.0, "bad"), (7500.0, "note"), (20_000.0, "ok")])
def test_what_it_carries_decides(kbps: float, verdict: str) -> None:
    said = network._uplink(kbps)
    assert said.verdict == verdict
    assert ("Use a cable" in said.words) == (verdict != "ok")


async def test_a_token_the_server_does_not_know_is_said(server: ShowServer) -> None:
    assert (await found(server, "wrong"))["Uplink"] == ("bad", "The show server does not know this token")


@pytest.mark.parametrize(("off_s", "verdict"), [(0.3, "ok"), (-5.0, "note"), (400.0, "bad")])
def test_a_clock_that_is_wrong_is_told_with_the_cure(off_s: float, verdict: str) -> None:
    said = network._clock(off_s)
    assert said.verdict == verdict
    assert said.words.startswith(f"{abs(off_s):.1f} s apart")


async def test_what_is_taken_for_a_measurement_has_an_end(
    server: ShowServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.server.desktops.media.UPLINK_MAX", 100_000)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with http.post(f"{server.url}/studio/uplink", data=bytes(150_000), headers=headers) as response:
        assert 100_000 <= (await response.json())["bytes"] <= 150_000
    async with http.post(f"{server.url}/studio/uplink", data=b"", headers=headers) as response:
        assert await response.json() == {"bytes": 0, "ms": 0}
