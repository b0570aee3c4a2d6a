"""`vitrine show`: show files."""

import json
from pathlib import Path

import msgspec

from studio import show_file
from studio.cli.parser import Parser, SubParser
from studio.errors import InvalidValue
from studio.overlays.kinds import all_kinds
from studio.overlays.painter import OverlayPainter
from studio.show_file import FileSource, ShowFile, ShowInfo
from studio.state import Scene, SceneItem, Transform


def main(words: list[str]) -> int:
    parser = Parser("show", "Make, check or describe show files.", "vitrine show new spring.show.json --title 'Spring'")
    parts = parser.add_subparsers(dest="what", required=True, metavar="new|validate|schema", parser_class=SubParser)
    new = parts.add_parser("new", help="write a small show to begin with")
    new.add_argument("path", type=Path)
    new.add_argument("--title", default="My show")
    validate = parts.add_parser("validate", help="check a show file; one line names what is wrong")
    validate.add_argument("path", type=Path)
    parts.add_parser("schema", help="print the JSON Schema of show files")
    options = parser.parse_args(words)
    if options.what == "schema":
        print(json.dumps(show_file.schema(), indent=2))
    elif options.what == "validate":
        file = show_file.load(options.path, all_kinds(OverlayPainter()))
        print(f"{options.path}: fine ({len(file.scenes)} scenes, {len(file.sources)} sources)")
    else:
        if options.path.exists():
            raise InvalidValue("{path} is already there", field="path", path=str(options.path))
        file = show_file.decode(msgspec.json.encode(starter(options.title)))
        try:
            show_file.save(options.path, file)
        except OSError as error:
            raise InvalidValue("cannot be written: {problem}", field=str(options.path), problem=error.strerror) from None
        print(f"wrote {options.path}")
    return 0


def starter(title: str) -> ShowFile:
    """A show with a screen, a microphone and a break scene."""
    return ShowFile(
        show=ShowInfo(id=show_file.slug(title), title=title),
        sources=(
            FileSource(id="screen", kind="screen", name="Screen"),
            FileSource(id="mic", kind="microphone", name="Microphone"),
            FileSource(id="ground", kind="colour", name="Ground", settings={"colour": "#101820"}),
            FileSource(id="break", kind="text", name="Break text", settings={"text": "Back in a moment", "size": 96}),
        ),
        scenes=(
            Scene(id="main", name="Screen", items=(SceneItem(id="1", source="screen", transform=Transform(fit="fit")),)),
            Scene(
                id="pause",
                name="Break",
                items=(
                    SceneItem(id="1", source="ground"),
                    SceneItem(id="2", source="break", transform=Transform(x=120, y=460)),
                ),
            ),
        ),
    )
