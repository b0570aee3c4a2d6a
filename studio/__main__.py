"""`vitrine`: the command line. Each command is a file in `studio.cli`; only the one that is used is imported."""

import importlib
import keyword
import os
import sys

from studio import i18n
from studio.errors import StudioError

COMMANDS = {
    "run": "start the studio, with a window or --headless",
    "serve": "run a show server",
    "token": "make, list and take back a show server's tokens",
    "do": "execute one command in the running studio",
    "state": "print the state of the running studio",
    "commands": "list the commands, with who may use them",
    "check": "look at cameras, sound, screens, encoder, disk and server",
    "show": "make, check or describe show files",
    "import": "read products into the catalogue",
    "report": "write what a show came to",
    "relation": "what is kept about people, for a brand's own policies",
    "bench": "measure this machine",
}
EXIT_BAD_INPUT = 2
EXIT_UNREAD = 141
LASTING = ("run", "serve")
"""Commands that do not only print: a pipe that breaks there is something else."""


def main(words: list[str] | None = None) -> int:
    """Run `vitrine WORDS…`; returns the exit status."""
    started, words = words is None, sys.argv[1:] if words is None else words
    i18n.use(i18n.preferred())
    if words and words[0] in ("-h", "--help", "help"):
        _help()
        return 0
    if words and words[0] == "--version":
        from studio import __version__

        print(f"vitrine {__version__}")
        return 0
    name = "run" if not words or words[0].startswith("-") else words[0]
    if name not in COMMANDS:
        from studio.spine.dispatcher import did_you_mean

        print(f"vitrine: there is no command {name}{did_you_mean(name, COMMANDS)} (vitrine --help lists them)", file=sys.stderr)
        return EXIT_BAD_INPUT
    if started and name == "run" and not {"--server", "-h", "--help"} & set(words):
        from studio.link import spare_server
        from studio.settings import Settings

        if not Settings()["server.url"]:
            spare_server.prepare()
    module = importlib.import_module(f"studio.cli.{name}{'_' if keyword.iskeyword(name) else ''}")
    try:
        return int(module.main(words[1:] if words and words[0] == name else words))
    except StudioError as error:
        print(f"vitrine: {error.sentence(i18n._)}", file=sys.stderr)
        return EXIT_BAD_INPUT
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        if name in LASTING or sys.stdout is None:
            raise
        # whoever read our words has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nor is it said when Python flushes at the end
        return EXIT_UNREAD


def _help() -> None:
    print("vitrine — a live-show host studio\n\nUsage: vitrine [COMMAND] [options]   (without a command: open the window)\n")
    for name, text in COMMANDS.items():
        print(f"  {name:<10}{text}")
    print("\nExample: vitrine run --demo\nEvery command has its own --help.")


if __name__ == "__main__":
    sys.exit(main())
