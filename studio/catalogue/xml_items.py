"""The `<item>`s and `<entry>`s of an XML feed, one after the other: nothing of the file is kept but the item being read."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from studio.errors import InvalidValue
from studio.i18n import N_

VALUE_MAX = 200_000
"""Characters of one value; what is beyond them is dropped."""
_CONTAINERS = ("item", "entry")
_DECLARED = N_("The XML declares entities or a document type, which is not read: send the feed without <!DOCTYPE>")


@lru_cache(256)
def _local(name: str) -> str:
    """`price` of `g:price`."""
    return name.rpartition(":")[2]


class _Items(ContentHandler):
    """Only the children of an item count: a price inside `<g:shipping>` is not the product's. What stands under `g:` wins
    over a plain element of the same name."""

    def __init__(self, wanted: frozenset[str], line_now: Callable[[], int]) -> None:
        super().__init__()
        self._line_now = line_now
        self.found: list[tuple[int, dict[str, str]]] = []
        self._wanted = wanted
        self._inside = 0
        self._line = 0
        self._name = ""
        self._text: list[str] = []
        self._held = 0
        self._plain: dict[str, str] = {}
        self._prefixed: dict[str, str] = {}

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        if self._inside:
            self._inside += 1
            if self._inside == 2:
                self._begin(name, attrs)
        elif _local(name) in _CONTAINERS:
            self._inside = 1
            self._line = self._line_now()
            self._plain, self._prefixed = {}, {}

    def _begin(self, name: str, attrs: AttributesImpl) -> None:
        local = _local(name)
        self._name = name if local in self._wanted else ""
        self._text, self._held = [], 0
        if local == "link" and attrs.get("rel", "alternate") == "alternate":  # Atom
            self._text = [attrs.get("href", "")]

    def characters(self, content: str) -> None:
        if self._name and self._inside >= 2 and self._held < VALUE_MAX:
            self._text.append(content)
            self._held += len(content)

    def endElement(self, name: str) -> None:
        if not self._inside:
            return
        self._inside -= 1
        if self._inside == 1 and self._name:
            self._keep("".join(self._text).strip())
            self._name = ""
        elif self._inside == 0:
            self.found.append((self._line, self._plain | self._prefixed))

    def _keep(self, value: str) -> None:
        if not value:
            return
        local = _local(self._name)
        values = self._plain if local == self._name else self._prefixed
        if local == "additional_image_link" and local in values:
            values[local] = f"{values[local][:VALUE_MAX]}, {value}"
        else:
            values.setdefault(local, value)


class _Parser(DefusedExpatParser):
    """Hands text over in large pieces: otherwise every `&amp;` is three of them."""

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True  # type: ignore[attr-defined]  # typeshed leaves it out


def items(chunks: Iterable[str], wanted: frozenset[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each item's line and those of its values that are `wanted`. Raises `InvalidValue` when the XML is broken, after the
    items before that place, and when it declares entities."""
    parser = _Parser(forbid_dtd=True)
    handler = _Items(wanted, lambda: parser.getLineNumber() or 0)
    parser.setContentHandler(handler)
    problem: InvalidValue | None = None
    try:
        for chunk in chunks:
            parser.feed(chunk)
            yield from handler.found
            handler.found = []
        parser.close()
    except DefusedXmlException:
        problem = InvalidValue(_DECLARED)
    except SAXException as error:
        line = getattr(error, "getLineNumber", lambda: 0)() or 0
        problem = InvalidValue("The XML is broken at line {line}: {problem}", line=line, problem=error.getMessage())
    yield from handler.found
    if problem is not None:
        raise problem
