"""argparse with our manners: bad input is one line on stderr and exit 2; every help ends with an example."""

import argparse
import sys
from typing import Any, NoReturn


class Parser(argparse.ArgumentParser):
    """An argument parser for `vitrine NAME`."""

    def __init__(self, name: str, description: str, example: str) -> None:
        super().__init__(
            prog=f"vitrine {name}",
            description=description,
            epilog=f"Example: {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message} ({self.prog} --help explains)", file=sys.stderr)
        raise SystemExit(2)


class SubParser(Parser):
    """A parser for one of a command's own words; made by argparse."""

    def __init__(self, prog: str, **words: Any) -> None:
        super().__init__(prog.removeprefix("vitrine "), str(words.get("help", "")), f"{prog} …")


def positive(text: str) -> float:
    """A number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value < 1e7:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def port(text: str) -> int:
    """A TCP port; 0 lets the system choose."""
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to 65535)")
    return int(text)
