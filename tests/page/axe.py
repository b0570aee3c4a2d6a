"""What axe-core finds on a page. It comes with the page's other packages: `npm ci --prefix tests/page`."""

import json
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RULES = (*WCAG, "best-practice")


def wrong(page: Page, rules: Sequence[str] = RULES) -> list[str]:
    """What axe finds, as sentences; the page must have loaded it."""
    found = page.evaluate("(tags) => axe.run(document, { runOnly: tags })", list(rules))
    return [
        f"{rule['id']} ({rule['help']}): {json.dumps(node['target'])} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
