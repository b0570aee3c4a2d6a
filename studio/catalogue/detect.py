"""What kind of feed a file is, from how it begins."""

import re
from typing import Literal

from studio.catalogue import google, shopify, woocommerce
from studio.catalogue.item import FeedKind
from studio.catalogue.table import Table
from studio.catalogue.text import lines
from studio.errors import InvalidValue
from studio.i18n import N_

Layout = Literal["table", "xml", "html", "json"]
UNKNOWN = N_(
    "This is no feed that Vitrine reads: a Shopify CSV or products.json, a Google product feed (XML, TSV or CSV), "
    "a WooCommerce CSV, schema.org JSON-LD, or Vitrine's own JSON"
)
_PAGE = re.compile(r"<html\b|<!doctype\s+html|<head\b|<body\b|application/ld\+json", re.IGNORECASE)
_FEED = re.compile(r"<(\w+:)?(rss|feed|channel|item|entry|rdf)\b|base\.google\.com|<!doctype|<!entity", re.IGNORECASE)


def layout(head: str, name: str = "", content_type: str = "") -> Layout:
    """How the file is written. `head` is its beginning, `name` and `content_type` are hints."""
    start = head.lstrip()
    if start.startswith(("{", "[")):
        return "json"
    if start.startswith("<"):
        named = name.lower().endswith((".html", ".htm")) or content_type.startswith("text/html")
        return "html" if named or (_PAGE.search(head) and not re.search(r"<rss\b|<feed\b", head[:2000])) else "xml"
    return "table"


def detect(head: str, name: str = "", content_type: str = "") -> FeedKind:
    """The feed's kind. Raises `InvalidValue`, which names what can be read, when it is none of them."""
    kind: FeedKind | None = None
    match layout(head, name, content_type):
        case "json":
            kind = _of_json(head)
        case "html":
            kind = "json_ld"
        case "xml":
            kind = "google" if _FEED.search(head) else None
        case "table":
            kind = _of_table(head)
    if kind is None:
        raise InvalidValue(UNKNOWN)
    return kind


def _of_json(head: str) -> FeedKind | None:
    if re.search(r'"vitrine"\s*:', head):
        return "vitrine"
    if re.search(r'"@(context|type|graph)"\s*:', head):
        return "json_ld"
    if re.search(r'"products"\s*:', head):
        return "shopify" if re.search(r'"handle"\s*:', head) else "vitrine"
    return None


def _of_table(head: str) -> FeedKind | None:
    try:
        header = set(Table(lines([head])).header)
    except InvalidValue:
        return None
    if shopify.recognises(header):
        return "shopify"
    if woocommerce.recognises(header):
        return "woocommerce"
    return "google" if google.recognises(header) else None
