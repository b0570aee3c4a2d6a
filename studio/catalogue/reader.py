"""A feed's file in, products and refusals out, one after the other."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import BinaryIO

from studio.catalogue import google, json_ld, own, shopify, woocommerce
from studio.catalogue.detect import UNKNOWN, Layout, detect, layout
from studio.catalogue.draft import Draft, Found, Skipped
from studio.catalogue.item import FeedKind, Options, Progress, Rejected, rejection
from studio.catalogue.product import Builder
from studio.catalogue.survey import Survey, survey_xml
from studio.catalogue.table import Table
from studio.catalogue.text import characters, lines, whole
from studio.catalogue.unpacked import Counted, unpacked
from studio.errors import InvalidValue
from studio.show import money
from studio.show.product import CatalogueProduct
from studio.show.read_as import ReadAs

PRODUCTS_MAX = 200_000
REJECTED_MAX = 10_000
PROGRESS_EVERY = 500
WHOLE_MAX = 64 << 20
"""Bytes of a JSON file or a web page, which are read in one piece."""

Message = CatalogueProduct | Rejected | Progress | ReadAs


def read(file: BinaryIO, options: Options) -> Iterator[Message]:
    """The products of `file` (open for reading bytes, seekable), and what was refused of it.

    The first product with an id wins. `Progress` comes now and then, and at the end with the final counts; before that, how the
    file was understood. Raises `InvalidValue`, perhaps after some products, when the file is no feed, is broken as a whole or
    goes beyond the limits; its `field` may name the option that has to be given.
    """
    options = _checked(options)
    counted = Counted(file)
    found, options = _found(counted, options, str(getattr(file, "name", "")))
    return _Reading(counted, options).messages(found)


def _checked(options: Options) -> Options:
    if options.currency and not money.known(options.currency):
        raise InvalidValue("{currency} is not a currency", field="currency", currency=options.currency[:40])
    return options


def _found(counted: Counted, options: Options, name: str) -> tuple[Iterator[Found], Options]:
    """What the file says, and how it is to be understood: its cells are looked at all together before one of them is used."""
    chunks = characters(unpacked(counted))
    beginning = list(islice(chunks, 2))
    head = "".join(beginning)
    kind, laid = options.kind or detect(head, name), layout(head, name)
    chunks = chain(beginning, chunks)
    if laid == "table":
        return _tabular(kind, chunks, counted, options)
    if (kind, laid) == ("google", "xml"):
        survey = Survey()
        survey_xml(chunks, survey)
        return google.from_xml(characters(unpacked(counted))), survey.decided(options, kind)
    drafts = list(_whole(kind, laid, chunks, options))
    survey = Survey()
    survey.drafts(drafts)
    return iter(drafts), survey.decided(options, kind)


def _tabular(kind: FeedKind, chunks: Iterable[str], counted: Counted, options: Options) -> tuple[Iterator[Found], Options]:
    """Tables are read twice: they may be longer than memory."""
    match kind:
        case "shopify":
            handles = shopify.Handles()
            table = _table(chunks, shopify.COLUMNS.get, "title", "price")
            handles.take(table.rows({header: name for header, name in shopify.COLUMNS.items() if name in shopify.SURVEYED}))
            options = handles.survey.decided(options, kind)
            return shopify.drafts(_again(counted), options, handles.last), options
        case "google":
            survey = google.survey(_table(chunks, google.columns().get, "id", "title", "price"))
            return google.from_table(_again(counted)), survey.decided(options, kind)
        case "woocommerce":
            survey = woocommerce.survey(_table(chunks, woocommerce.column_of, "name", "price"))
            return woocommerce.drafts(_again(counted), options), survey.decided(options, kind)
    raise InvalidValue(UNKNOWN)


def _again(counted: Counted) -> Table:
    return Table(lines(characters(unpacked(counted))))


def _whole(kind: FeedKind, layout: Layout, chunks: Iterable[str], options: Options) -> Iterator[Found]:
    match kind, layout:
        case "shopify", "json":
            return shopify.from_json(whole(chunks, WHOLE_MAX), options)
        case "json_ld", "json":
            return json_ld.from_json(whole(chunks, WHOLE_MAX), options)
        case "json_ld", "html" | "xml":
            return json_ld.from_page(whole(chunks, WHOLE_MAX).decode(), options)
        case "vitrine", "json":
            return own.drafts(whole(chunks, WHOLE_MAX), options)
    raise InvalidValue(UNKNOWN)


def _table(chunks: Iterable[str], columns: Callable[[str], str | None], *needed: str) -> Table:
    """Raises `InvalidValue` when a column is missing without which there is no product."""
    table = Table(lines(chunks))
    found = set(map(columns, table.header))
    for name in needed:
        if name not in found:
            raise InvalidValue("The column {column} is missing", column=name)
    return table


class _Reading:
    """Counts, and holds the limits."""

    def __init__(self, file: Counted, options: Options) -> None:
        self._file = file
        self._aside: list[Rejected] = []
        self._builder = Builder(options, self._aside.append)
        self._first: dict[str, int] = {}
        self._skipped = 0
        self._rejected = 0
        self._reported = 0

    def messages(self, found: Iterator[Found]) -> Iterator[Message]:
        for number, one in enumerate(found, 1):
            if isinstance(one, Skipped):
                self._skipped += 1
            elif isinstance(one, Rejected):
                self._aside.append(one)
            elif (product := self._product(one)) is not None:
                yield product
            yield from self._refusals()
            if number % PROGRESS_EVERY == 0:
                yield self._progress()
        if self._reported > REJECTED_MAX:
            more = InvalidValue("{count} more problems are not listed", count=self._reported - REJECTED_MAX)
            yield rejection(0, "", more, kept=True)
        yield self._builder.read_as
        self._file.done = self._file.total
        yield self._progress()

    def _product(self, draft: Draft) -> CatalogueProduct | None:
        try:
            product = self._builder.product(draft)
            if product.id in self._first:
                raise InvalidValue("The id is already used on line {line}", field="id", line=self._first[product.id])
        except InvalidValue as error:
            self._aside.clear()  # what was left out of it does not matter any more
            self._aside.append(rejection(draft.line, draft.id, error))
            return None
        if len(self._first) >= PRODUCTS_MAX:
            raise InvalidValue("The feed has too many products: at most {most}", most=PRODUCTS_MAX)
        self._first[product.id] = draft.line
        return product

    def _refusals(self) -> Iterator[Rejected]:
        for one in self._aside:
            self._reported += 1
            self._rejected += not one.kept
            if self._reported <= REJECTED_MAX:
                yield one
        self._aside.clear()

    def _progress(self) -> Progress:
        return Progress(
            done_bytes=self._file.done,
            total_bytes=self._file.total,
            products=len(self._first),
            rejected=self._rejected,
            skipped=self._skipped,
        )
