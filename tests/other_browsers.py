"""Firefox ESR and WebKitGTK, driven by what they bring themselves: WebDriver BiDi (W3C) and WebDriver. Both are Debian's."""

import asyncio
import base64
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import aiohttp

from studio.bench import stage
from tests.fakes import TIMEOUT_S

PREFERENCES = """user_pref("media.autoplay.default", 0);
user_pref("media.peerconnection.ice.loopback", true);
user_pref("media.peerconnection.ice.obfuscate_host_addresses", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("app.update.enabled", false);
"""


class OtherBrowser(Protocol):
    """One page in a browser that playwright does not speak to."""

    name: str

    def goto(self, url: str) -> None:
        """Open it."""

    def evaluate(self, expression: str) -> Any:
        """What an expression is in the page, waiting for promises; of what JSON has."""

    def screenshot(self, path: Path) -> None:
        """A picture of the page."""


def until(browser: OtherBrowser, expression: str, what: str = "") -> Any:
    """Wait until an expression is true in the page."""
    end = time.monotonic() + TIMEOUT_S
    while not (found := browser.evaluate(expression)):
        if time.monotonic() > end:
            raise AssertionError(f"{browser.name}: waited in vain for {what or expression}")
        time.sleep(0.1)
    return found


class Firefox:
    """Firefox ESR over WebDriver BiDi."""

    name = "firefox"

    def __init__(self, address: str) -> None:
        self._loop = asyncio.Runner()
        self._http, self._socket = self._loop.run(_open(f"{address}/session"))
        self._id = 0
        self._ask("session.new", capabilities={})
        self._context = self._ask("browsingContext.getTree")["contexts"][0]["context"]

    def goto(self, url: str) -> None:
        self._ask("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        wrapped = f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))"
        said = self._ask("script.evaluate", expression=wrapped, target={"context": self._context}, awaitPromise=True)
        if said["type"] != "success":
            raise AssertionError(said["exceptionDetails"]["text"])
        return json.loads(said["result"]["value"])

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._ask("browsingContext.captureScreenshot", context=self._context)["data"]))

    def close(self) -> None:
        """End the session."""
        self._loop.run(self._http.close())
        self._loop.close()

    def _ask(self, method: str, **params: Any) -> Any:
        return self._loop.run(self._asked(method, params))

    async def _asked(self, method: str, params: dict[str, Any]) -> Any:
        self._id += 1
        await self._socket.send_str(json.dumps({"id": self._id, "method": method, "params": params}))
        while True:
            message = json.loads(await self._socket.receive_str(timeout=TIMEOUT_S))
            if message.get("id") != self._id:
                continue  # an event
            if message["type"] == "error":
                raise AssertionError(f"{method}: {message['error']}: {message['message']}")
            return message["result"]


async def _open(address: str) -> tuple[aiohttp.ClientSession, aiohttp.ClientWebSocketResponse]:
    http = aiohttp.ClientSession()
    return http, await http.ws_connect(address, max_msg_size=0)


@contextlib.contextmanager
def firefox() -> Iterator[Firefox]:
    """A fresh one without a window, as Debian ships it: with WebRTC, and without H.264 in it."""
    program = stage.need("firefox-esr", "firefox-esr")
    with tempfile.TemporaryDirectory(prefix="vf-") as folder:
        Path(folder, "user.js").write_text(PREFERENCES)
        words = [program, "--headless", "--no-remote", "--profile", folder, "--remote-debugging-port", "0"]
        words += ["--width", "1280", "--height", "800"]
        environment = os.environ | {"HOME": folder, "MOZ_DISABLE_CONTENT_SANDBOX": "1"}
        with stage.process(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment) as child:
            assert child.stderr is not None
            address = ""
            for line in child.stderr:
                if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line.decode(errors="replace")):
                    address = found[1]
                    break
            assert address, "Firefox did not start"
            browser = Firefox(address)
            try:
                yield browser
            finally:
                browser.close()


class WebKit:
    """WebKitGTK's MiniBrowser over WebDriver: Safari's layout engine."""

    name = "webkit"

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"
        binary = next(iter(sorted(map(str, Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser")))), "")
        options = {"binary": binary, "args": ["--automation"]}
        said = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}})
        self._session = f"/session/{said['sessionId']}"
        self._ask("POST", f"{self._session}/timeouts", {"script": round(TIMEOUT_S * 1000)})

    def goto(self, url: str) -> None:
        self._ask("POST", f"{self._session}/url", {"url": url})

    def evaluate(self, expression: str) -> Any:
        told = "(value) => done(JSON.stringify(value ?? null)), (error) => done(JSON.stringify({ error: String(error) }))"
        script = f"const done = arguments[0]; Promise.resolve({expression}).then({told})"
        value = json.loads(self._ask("POST", f"{self._session}/execute/async", {"script": script, "args": []}))
        if isinstance(value, dict) and set(value) == {"error"}:
            raise AssertionError(value["error"])
        return value

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._ask("GET", f"{self._session}/screenshot")))

    def close(self) -> None:
        """End the session."""
        with contextlib.suppress(OSError):
            self._ask("DELETE", self._session)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=2 * TIMEOUT_S) as response:
            return json.loads(response.read())["value"]


@contextlib.contextmanager
def webkit() -> Iterator[WebKit]:
    """A fresh one on an X display of its own."""
    program = stage.need("WebKitWebDriver", "webkit2gtk-driver")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with stage.screen(1280, 900) as display, tempfile.TemporaryDirectory(prefix="vw-") as folder:
        environment = os.environ | {"DISPLAY": display, "HOME": folder, "XDG_RUNTIME_DIR": folder}
        with stage.process([program, f"--port={port}"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
            stage.wait_for(lambda: _answers(port), "WebKitWebDriver did not start")
            browser = WebKit(port)
            try:
                yield browser
            finally:
                browser.close()


def _answers(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def there(name: str) -> bool:
    """Whether this machine has it."""
    return shutil.which({"firefox": "firefox-esr", "webkit": "WebKitWebDriver"}[name]) is not None
