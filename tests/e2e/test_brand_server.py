"""A brand's own server: TLS, a studio that connects with a token, viewers whose network lets no UDP through."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from studio.bench.browser import chromium
from studio.bench.stage import process
from tests.certificates import certificate
from tests.e2e.conftest import PATTERN, SMALL
from tests.e2e.reading import wait_state
from tests.fakes import TIMEOUT_S
from tests.network import own_address
from tests.turn import Coturn, coturn

pytestmark = pytest.mark.e2e
SECRET = "north-star"
NO_UDP = "--webrtc-ip-handling-policy=disable_non_proxied_udp"


class Brand:
    """A server, a studio that is live on it, and a TURN server."""

    def __init__(self, viewer: str, turn: Coturn) -> None:
        self.viewer = viewer
        self.turn = turn


def ready_line(child: "subprocess.Popen[bytes]") -> dict[str, Any]:
    assert child.stdout is not None
    found: dict[str, Any] = json.loads(child.stdout.readline())
    return found


@pytest.fixture
def brand(folder: Path) -> Iterator[Callable[[], Brand]]:
    with ExitStack() as stack:

        def start() -> Brand:
            host = own_address()
            chain, key = certificate(folder, f"IP:{host}")
            turn = stack.enter_context(coturn(folder, host, SECRET, chain, key))
            (folder / "turn.secret").write_text(SECRET)
            (folder / "vitrine.toml").write_text(
                f"""
                [server]
                host = "{host}"
                port = 0
                [tls]
                certificate = "fullchain.pem"
                key = "privkey.pem"
                [ice]
                udp_ports = "47400-47499"
                turn = ["turns:{host}:{turn.tls_port}?transport=tcp"]
                turn_secret_file = "turn.secret"
                [database]
                url = "sqlite:///shows.sqlite"
                """
            )
            settings = ["--config", str(folder / "vitrine.toml")]
            home = os.environ | {"VITRINE_HOME": str(folder / "server"), "SSL_CERT_FILE": str(chain), "VITRINE_LANGUAGE": "en"}
            words = [sys.executable, "-m", "studio", "serve", *settings]
            server = stack.enter_context(process(words, env=home, stdout=subprocess.PIPE))
            url = ready_line(server)["url"]
            made = subprocess.run(
                [sys.executable, "-m", "studio", "token", "new", "--role", "host", *settings],
                env=home,
                capture_output=True,
                text=True,
                check=True,
                timeout=TIMEOUT_S,
            )
            (folder / "token").write_text(made.stdout)
            (folder / "pattern.show.json").write_text(json.dumps(PATTERN))
            (folder / "config").mkdir()
            (folder / "config" / "settings.json").write_text(json.dumps(SMALL))
            words = [
                sys.executable,
                "-m",
                "studio",
                "run",
                "--headless",
                "--show",
                str(folder / "pattern.show.json"),
                "--go-live",
            ]
            words += ["--server", url, "--token-file", str(folder / "token")]
            studio = stack.enter_context(process(words, env=home | {"VITRINE_HOME": str(folder)}, stdout=subprocess.PIPE))
            return Brand(ready_line(studio)["viewer"], turn)

        yield start


def pair(page: Any) -> dict[str, Any]:
    """The pair of candidates that carries the picture."""
    found: dict[str, Any] = page.evaluate(
        """async () => {
          const stats = await document.querySelector('vitrine-show').playback.player.connection.getStats();
          const all = [...stats.values()];
          const transport = all.find((report) => report.type === 'transport');
          const pair = stats.get(transport.selectedCandidatePairId);
          const local = stats.get(pair.localCandidateId);
          const remote = stats.get(pair.remoteCandidateId);
          return { type: local.candidateType, relay: local.relayProtocol, port: remote.port };
        }"""
    )
    return found


def test_over_tls_a_viewer_takes_a_port_of_the_range(brand: Callable[[], Brand]) -> None:
    running = brand()
    assert running.viewer.startswith("https://")
    with chromium("--ignore-certificate-errors", sound=False) as browser:
        page = browser.new_page()
        page.goto(running.viewer)
        wait_state(page, "playing")
        assert 47400 <= pair(page)["port"] < 47500


def test_a_viewer_whose_network_blocks_udp_watches_through_turn_over_tls(brand: Callable[[], Brand]) -> None:
    running = brand()
    with chromium("--ignore-certificate-errors", NO_UDP, sound=False) as browser:
        page = browser.new_page()
        page.goto(running.viewer)
        wait_state(page, "playing")
        assert pair(page) == {"type": "relay", "relay": "tls", "port": pair(page)["port"]}
    assert "ALLOCATE processed, success" in running.turn.log()
