"""The whole way, with real programs: show server, studio, Vendure, Chromium. Each step is printed; the first that fails ends it.

Example: .venv/bin/python examples/vendure/try.py --pictures /tmp
"""

import argparse
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Playwright, sync_playwright

HERE = Path(__file__).resolve().parent
VITRINE = [sys.executable, "-m", "studio"]
SECRET = "the secret of this try"
PASSWORD = "the password of this try"
WAIT_S = 60
LAPTOP, BIKE = "1", "21"
"""Products of Vendure's samples: one of four kinds, and one that is alone."""
BIKE_ALONE = "35"
"""The bike's variant."""
SHOW = {
    "version": 1,
    "show": {"id": "spring", "title": "Spring", "brand": "Garnet"},
    "sources": [{"id": "pattern", "kind": "test_pattern", "name": "Pattern"}],
    "scenes": [{"id": "main", "name": "Main", "items": [{"id": "1", "source": "pattern"}]}],
}
SETTINGS = """
[server]
host = "127.0.0.1"
port = {port}
origins = ["{site}"]
[feeds]
private = true
[shop]
orders_secret_file = "orders.secret"
[database]
url = "sqlite:///shows.sqlite"
"""
CUSTOMER = {
    "email": "ada@example.com",
    "first": "Ada",
    "last": "Jensen",
    "street": "Strandvejen 1",
    "city": "Hellerup",
    "postcode": "2900",
}


def said(step: str, what: object = "") -> None:
    print(f"{time.strftime('%H:%M:%S')}  {step}: {what if isinstance(what, str) else json.dumps(what)}", flush=True)


def free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


def until(look: Callable[[], Any], what: str) -> Any:
    """What it finds, as soon as it does."""
    end = time.monotonic() + WAIT_S
    while not (found := look()):
        if time.monotonic() > end:
            raise SystemExit(f"never: {what}")
        time.sleep(0.3)
    return found


@contextlib.contextmanager
def process(words: list[str], word: str, env: dict[str, str]) -> Iterator[str]:
    """A child that ends with the block; its first line with that word."""
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=HERE.parents[1], env=os.environ | env) as child:
        assert child.stdout is not None
        try:
            line = next((line for line in child.stdout if word in line), None)
            if line is None:
                raise SystemExit(f"it has ended: {' '.join(words)}")
            yield line.strip()
        finally:
            child.terminate()


class Vitrine:
    """A show server and a studio, in a folder of their own."""

    def __init__(self, home: Path, site: str) -> None:
        self.home = home
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self.at = ["--server", self.url, "--token-file", str(home / "token")]
        self.config = ["--config", str(home / "vitrine.toml")]
        self.env = {"VITRINE_HOME": str(home), "VITRINE_LANGUAGE": "en"}
        (home / "config").mkdir()
        (home / "config" / "settings.json").write_text(json.dumps({"video.rendition": "360"}), encoding="utf-8")
        (home / "vitrine.toml").write_text(SETTINGS.format(port=port, site=site), encoding="utf-8")
        (home / "orders.secret").write_text(SECRET, encoding="utf-8")
        (home / "show.json").write_text(json.dumps(SHOW), encoding="utf-8")
        (home / "token").write_text(self.run("token", "new", "--role", "host", *self.config), encoding="utf-8")

    def run(self, *words: str) -> str:
        done = subprocess.run([*VITRINE, *words], capture_output=True, text=True, check=False, env=os.environ | self.env)
        if done.returncode:
            raise SystemExit(f"vitrine {' '.join(words)}: {done.stderr}{done.stdout}")
        return done.stdout.strip()

    def do(self, *words: str) -> str:
        return self.run(*words, *self.at)

    def server(self) -> contextlib.AbstractContextManager[str]:
        return process([*VITRINE, "serve", *self.config], "url", self.env | {"VITRINE_HOME": str(self.home / "server")})

    def studio(self) -> contextlib.AbstractContextManager[str]:
        words = [*VITRINE, "run", "--headless", "--go-live", "--show", str(self.home / "show.json"), *self.at]
        return process(words, "viewer", self.env)

    def shop(self, port: int) -> contextlib.AbstractContextManager[str]:
        env = {"VITRINE": self.url, "VITRINE_SHOW": "spring", "VITRINE_ORDERS_SECRET_FILE": str(self.home / "orders.secret")}
        env |= {"PORT": str(port), "VENDURE_DATA": str(self.home / "shop"), "VENDURE_PASSWORD": PASSWORD}
        return process(["nice", "bash", str(HERE / "run.sh")], "The shop is at", env)

    def report(self) -> Any:
        return json.loads(self.do("report", "--format", "json", "--show-id", "spring"))

    def order(self, number: str) -> Any:
        return next((one for one in self.report()["orders"] if one["number"] == number), None)

    def verified(self, number: str) -> Any:
        return until(lambda: (found := self.order(number)) and found["verified"] and found, "a verified order")


class Admin:
    """Vendure's admin API: what the shop's people do."""

    def __init__(self, site: str) -> None:
        self.url, self.token = f"{site}/admin-api", ""
        query = "mutation ($name: String!, $word: String!) { login(username: $name, password: $word) { __typename } }"
        self.ask(query, name="superadmin", word=PASSWORD)

    def ask(self, query: str, **variables: object) -> Any:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        body = json.dumps({"query": query, "variables": variables}).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url, body, headers)) as answer:
            self.token = answer.headers.get("vendure-auth-token") or self.token
            told = json.load(answer)
        if "errors" in told:
            raise SystemExit(f"Vendure: {told['errors']}")
        return told["data"]

    def order(self, number: str) -> Any:
        query = """query ($number: String!) { orders(options: { filter: { code: { eq: $number } } }) {
          items { id state payments { id } lines { quantity productVariant { id } customFields { vitrine } } } } }"""
        return self.ask(query, number=number)["orders"]["items"][0]

    def stock(self, variant: str, pieces: int) -> None:
        query = "mutation ($given: UpdateProductVariantInput!) { updateProductVariants(input: [$given]) { stockLevel } }"
        said("Vendure: stock", self.ask(query, given={"id": variant, "stockOnHand": pieces, "trackInventory": "TRUE"}))

    def refund(self, number: str, minor: int) -> None:
        payment = self.order(number)["payments"][0]["id"]
        given = {"lines": [], "shipping": 0, "adjustment": 0, "amount": minor, "paymentId": payment, "reason": "a scratch"}
        query = "mutation ($given: RefundOrderInput!) { refundOrder(input: $given) { ... on Refund { id } } }"
        made = self.ask(query, given=given)["refundOrder"]["id"]
        query = 'mutation ($id: ID!) { settleRefund(input: { id: $id, transactionId: "T" }) { ... on Refund { state total } } }'
        said("Vendure: refund", self.ask(query, id=made))

    def cancel(self, number: str) -> None:
        query = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { ... on Order { state } } }"
        said("Vendure: cancellation", self.ask(query, id=self.order(number)["id"]))


class Customer:
    """Somebody before a browser."""

    def __init__(self, playwright: Playwright, site: str, pictures: Path | None) -> None:
        arguments = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        self.browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        self.page: Page = self.browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
        self.page.set_default_timeout(WAIT_S * 1000)
        self.page.on("pageerror", lambda error: said("PAGE ERROR", str(error)))
        self.page.on("console", self._console)
        self.show = self.page.locator("vitrine-show")
        self.site, self.pictures = site, pictures

    def _console(self, told: ConsoleMessage) -> None:
        if told.type in ("error", "warning"):
            said(f"CONSOLE {told.type}", told.text)

    def picture(self, name: str) -> None:
        if self.pictures:
            self.page.screenshot(path=self.pictures / f"vendure-{name}.png")

    def watch(self) -> None:
        self.page.goto(self.site)
        self.page.wait_for_selector("vitrine-show[state=playing]")
        said("page", {"via": self.show.get_attribute("via"), "cards": self.show.locator(".pin").all_inner_texts()})

    def take(self, title: str, kind: str = "") -> None:
        """From its card in the picture. A product with kinds opens its sheet."""
        self.show.locator(".pin", has_text=title).locator(".buy").click()
        if kind:
            sheet = self.show.locator("dialog.sheet[open]")
            sheet.locator(".kind", has_text=kind).click()
            sheet.locator(".buy").click()

    def counted(self, count: int) -> None:
        self.show.locator(".checkout", has_text=f"({count})").wait_for(state="attached")

    def check_out(self) -> str:
        """By the show's own button, then the shop's form. The order's number."""
        self.page.keyboard.press("Escape")
        self.show.locator(".stage").hover()
        self.picture("show")
        self.show.locator(".checkout").click()
        self.page.wait_for_url(f"{self.site}/cart.html")
        for name, value in CUSTOMER.items():
            self.page.fill(f"input[name={name}]", value)
        self.picture("cart")
        self.page.click("text=Place order")
        number = self.page.locator("#number").inner_text()
        said("receipt", self.page.locator("main").inner_text().replace("\n", " | "))
        return number


def shopping(vitrine: Vitrine, admin: Admin, customer: Customer) -> str:
    """Two products from a show; the page and the shop's server tell of it. Then some of the money is given back."""
    customer.watch()
    customer.page.get_by_role("button", name="Yes to all").click()
    customer.take("Road Bike")
    customer.counted(1)
    customer.take("Laptop", "15 inch / 16GB")
    customer.counted(2)
    number = customer.check_out()
    customer.page.wait_for_selector("main[data-told=true]")
    said("Vendure: its lines", admin.order(number)["lines"])
    said("Vitrine: the order", worth := vitrine.verified(number))
    admin.refund(number, 10_000)
    until(lambda: vitrine.order(number)["value_minor"] == worth["value_minor"] - 10_000, "a refund")
    said("Vitrine: after the refund", vitrine.order(number))
    return number


def shop_alone(vitrine: Vitrine, customer: Customer) -> str:
    """The page never tells, as when it is closed: the shop's server does, and only the line says which show it was."""
    customer.page.route("**/order.js", lambda route: route.abort())
    customer.watch()
    customer.take("Road Bike")
    customer.counted(1)
    number = customer.check_out()
    said("Vitrine: the order that no page told of", vitrine.verified(number))
    return number


def sold_out(admin: Admin, customer: Customer) -> None:
    """Sold out between two looks: the shop's cart says so."""
    customer.watch()
    admin.stock(BIKE_ALONE, 0)
    customer.take("Road Bike")
    customer.show.locator(".status", has_text="It has just been sold out").wait_for()
    customer.page.reload()
    customer.show.locator(".pin", has_text="Road Bike").locator(".stock.sold").wait_for(state="attached")
    customer.picture("sold-out")
    said("page: sold out", customer.show.locator(".pin").all_inner_texts())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="what the customer saw")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vv-")))
        site = f"http://localhost:{(port := free_port())}"
        vitrine = Vitrine(home, site)
        server = stack.enter_context(contextlib.ExitStack())
        said("show server", server.enter_context(vitrine.server()))
        began = time.monotonic()
        said("Vendure", stack.enter_context(vitrine.shop(port)))
        said("Vendure: up after", f"{time.monotonic() - began:.0f} s")
        said("studio", stack.enter_context(vitrine.studio()))
        for words in ("import", "the same again"):
            said(words, vitrine.do("import", f"{site}/vitrine.json", "--json").splitlines()[-1])
        vitrine.do("do", "product.add", f'products=["{LAPTOP}", "{BIKE}"]')
        for product in (BIKE, LAPTOP):
            vitrine.do("do", "product.pin", f"product={product}")
        admin = Admin(site)
        customer = Customer(stack.enter_context(sync_playwright()), site, options.pictures)
        stack.callback(customer.browser.close)
        shopping(vitrine, admin, customer)
        number = shop_alone(vitrine, customer)
        sold_out(admin, customer)
        figures = vitrine.report()["figures"]
        said("Vitrine: figures", {name: figures[name] for name in ("orders", "verified", "value", "unconfirmed")})

        customer.page.close()
        server.close()
        admin.cancel(number)
        time.sleep(3)
        said("show server, again", server.enter_context(vitrine.server()))
        until(lambda: vitrine.order(number) is None, "the cancellation")
        figures = vitrine.report()["figures"]
        said("Vitrine: after the cancellation", {name: figures[name] for name in ("orders", "verified", "value", "unconfirmed")})
        said("done")


if __name__ == "__main__":
    main()
