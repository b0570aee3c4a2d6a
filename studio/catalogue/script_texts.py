"""The JSON-LD blocks of a web page, however the page is made."""

from html.parser import HTMLParser


class ScriptTexts(HTMLParser):
    """`found`: each block's first line and text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[int, str]] = []
        self._inside = False
        self._text: list[str] = []
        self._line = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = next((value or "" for name, value in attrs if name == "type"), "")
        self._inside = tag == "script" and kind.split(";")[0].strip().casefold() == "application/ld+json"
        self._text, self._line = [], self.getpos()[0]

    def handle_data(self, data: str) -> None:
        if self._inside:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and tag == "script":
            self._inside = False
            self.found.append((self._line, _bare("".join(self._text))))

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """`<![if IE]>` and worse: the base class raises AssertionError for what it does not know."""
        end = self.rawdata.find(">", i)
        return end + 1 if end >= 0 else -1


def _bare(text: str) -> str:
    """Without the comment or CDATA marks that some templates put around a script."""
    text = text.strip()
    for opening, closing in (("<!--", "-->"), ("//<![CDATA[", "//]]>"), ("<![CDATA[", "]]>"), ("/*<![CDATA[*/", "/*]]>*/")):
        if text.startswith(opening):
            text = text.removeprefix(opening).removesuffix(closing).strip()
    return text.rstrip(";")


def script_texts(page: str) -> list[tuple[int, str]]:
    """The line and text of every `<script type="application/ld+json">`; one that is never closed reaches to the end."""
    parser = ScriptTexts()
    parser.feed(page + "</script>")
    parser.close()
    return parser.found
