"""The show file, `*.show.json`: scenes, sources, sound and the show they belong to.

Written whole and atomically; keys this version does not know are kept; a broken file gets one line that names the
field and the cure. Paths inside the show's folder are stored relative to it, so a show can be moved.
"""

import json
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
from msgspec import Meta, Struct

from studio import paths
from studio.errors import InvalidValue, NotFound
from studio.i18n import N_
from studio.show.shelf import PRODUCTS_MAX, Product
from studio.sources.base import SourceKind, checked_settings
from studio.spine.dispatcher import did_you_mean
from studio.state import CANVASES, Canvas, Channel, Direction, Scene, TransitionKind
from studio.state.rundown import SCRIPT_MAX, STEPS_MAX, Step
from studio.state.scene import TransitionMs
from studio.state.source import DelayMs

VERSION = 1
MAX_BYTES = 16 << 20


class ShowInfo(Struct, frozen=True, kw_only=True):
    """What the server is told when it does not know the show yet."""

    id: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$(?!\n)")]
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    brand: Annotated[str, Meta(max_length=200)] = ""
    starts_at_ms: int | None = None
    poster: Annotated[str, Meta(max_length=200)] = ""
    unlisted: bool = False
    products: Annotated[tuple[Product, ...], Meta(max_length=PRODUCTS_MAX)] = ()


class FileSource(Struct, frozen=True, kw_only=True):
    """A source as written down."""

    id: str
    kind: str
    name: str
    settings: dict[str, Any] = {}
    delay_ms: DelayMs = 0


class ShowFile(Struct, frozen=True, kw_only=True):
    """The whole file."""

    version: int = VERSION
    show: ShowInfo
    canvas: Canvas = Canvas()
    fps: Literal[24, 25, 30, 50, 60] = 30
    sources: tuple[FileSource, ...] = ()
    scenes: tuple[Scene, ...] = ()
    program: str = ""
    preview: str = ""
    transition: TransitionKind = "fade"
    transition_ms: TransitionMs = 300
    direction: Direction = "left"
    stinger: str = ""
    stinger_cut_ms: TransitionMs = 500
    channels: tuple[Channel, ...] = ()
    master_db: Annotated[float, Meta(ge=-60, le=12)] = 0
    master_muted: bool = False
    rundown: Annotated[tuple[Step, ...], Meta(max_length=STEPS_MAX)] = ()
    script: Annotated[str, Meta(max_length=SCRIPT_MAX)] = ""
    hotkeys: Annotated[dict[str, Annotated[str, Meta(max_length=40)]], Meta(max_length=200)] = {}
    markers: Annotated[tuple[Annotated[str, Meta(max_length=200)], ...], Meta(max_length=50)] = ()
    """Names of markers of the recording that are prepared."""


def load(path: Path, kinds: dict[str, SourceKind]) -> ShowFile:
    """Read and check a show file. Raises `NotFound` or `InvalidValue`, one line naming file, field and cure."""
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    except FileNotFoundError:
        raise NotFound("There is no show file {path}", path=str(path)) from None
    except OSError as error:
        raise InvalidValue("The show file {path} cannot be read: {problem}", path=str(path), problem=error.strerror) from None
    if data is None:
        raise InvalidValue("{path} is too large for a show file", path=str(path))
    try:
        return checked(decode(data), kinds, path.parent)
    except InvalidValue as error:
        raise InvalidValue(
            "{problem}", field=f"{path}: {error.field}" if error.field else str(path), problem=error.problem(str)
        ) from None


def decode(data: bytes) -> ShowFile:
    """The file's content, types checked and older versions brought up to this one. Raises `InvalidValue`."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InvalidValue("not valid JSON: {problem}", problem=error) from None
    if not isinstance(content, dict):
        raise InvalidValue(N_("a show file is a JSON object"))
    if not _readable(content):
        raise InvalidValue(N_("it has characters that cannot be stored"))
    version = content.get("version", VERSION)
    if not isinstance(version, int) or not 1 <= version <= VERSION:
        raise InvalidValue(
            "this file is of version {version}; this Vitrine reads up to {ours}: update it",
            field="version",
            version=version,
            ours=VERSION,
        )
    try:
        return msgspec.convert(content, ShowFile)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `$")
        raise InvalidValue("{problem}", field=place.rstrip("`").lstrip(".") or None, problem=problem) from None


def _readable(content: Any) -> bool:
    """Whether all of its words can be written down: JSON's escapes may say half a character."""
    waiting = [content]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting += [*part.keys(), *part.values()]
        elif isinstance(part, list):
            waiting += part
        elif isinstance(part, str) and any("\ud800" <= character <= "\udfff" for character in part):
            return False
    return True


def checked(file: ShowFile, kinds: dict[str, SourceKind], folder: Path) -> ShowFile:
    """`file` with its references checked and relative paths resolved against `folder`. Raises `InvalidValue`."""
    if file.canvas not in CANVASES:
        sizes = ", ".join(f"{canvas.width}x{canvas.height}" for canvas in CANVASES)
        raise InvalidValue("must be one of {choices}", field="canvas", choices=sizes)
    sources = tuple(_resolved(source, folder) for source in file.sources)
    for number, source in enumerate(sources):
        checked_settings(kinds, source.kind, source.settings, field=f"sources[{number}].settings")
    _unique("sources", [source.id for source in sources])
    _unique("show.products", [product.id for product in file.show.products])
    _unique("scenes", [scene.id for scene in file.scenes])
    known = {source.id for source in sources}
    for number, scene in enumerate(file.scenes):
        _unique(f"scenes[{number}].items", [item.id for item in scene.items])
        for place, item in enumerate(scene.items):
            if item.source not in known:
                raise InvalidValue(
                    "there is no source {source}{hint}",
                    field=f"scenes[{number}].items[{place}].source",
                    source=item.source,
                    hint=did_you_mean(item.source, known),
                )
    scenes = {scene.id for scene in file.scenes}
    for name in ("program", "preview"):
        if (wanted := getattr(file, name)) and wanted not in scenes:
            raise InvalidValue("there is no scene {scene}{hint}", field=name, scene=wanted, hint=did_you_mean(wanted, scenes))
    first = file.scenes[0].id if file.scenes else ""
    return msgspec.structs.replace(
        file, sources=sources, program=file.program or first, preview=file.preview or file.program or first
    )


def save(path: Path, file: ShowFile) -> None:
    """Write `file`, keeping what an older or newer Vitrine wrote beside it."""
    content = msgspec.to_builtins(
        msgspec.structs.replace(file, sources=tuple(_relative(source, path.parent) for source in file.sources))
    )
    try:
        old = json.loads(path.read_bytes())
    except (OSError, ValueError):
        old = None
    merged = _with_unknown(ShowFile, old, content)
    msgspec.convert(merged, ShowFile)  # what could not be read again must not take the place of what can
    paths.write_atomically(path, json.dumps(merged, indent=2, ensure_ascii=False).encode() + b"\n")


def with_inside_paths(file: ShowFile, folder: Path) -> ShowFile:
    """`file` with its relative paths resolved against `folder`."""
    return msgspec.structs.replace(file, sources=tuple(_resolved(source, folder) for source in file.sources))


def schema() -> dict[str, Any]:
    """JSON Schema of the show file."""
    made: dict[str, Any] = msgspec.json.schema(ShowFile)
    return made


def _unique(field: str, ids: list[str]) -> None:
    for number, one in enumerate(ids):
        if one in ids[:number]:
            raise InvalidValue("the id {id} is used twice", field=f"{field}[{number}].id", id=one)


def _resolved(source: FileSource, folder: Path) -> FileSource:
    path = source.settings.get("path")
    if isinstance(path, str) and path and not path.startswith("~") and not Path(path).is_absolute():
        return msgspec.structs.replace(source, settings=source.settings | {"path": os.path.abspath(folder / path)})
    return source


def _relative(source: FileSource, folder: Path) -> FileSource:
    path, here = source.settings.get("path"), os.path.abspath(folder)
    if isinstance(path, str) and Path(path).is_relative_to(here):
        inside = Path(path).relative_to(here).as_posix()
        return msgspec.structs.replace(source, settings=source.settings | {"path": inside})
    return source


def _with_unknown(kind: Any, old: Any, new: Any) -> Any:
    """`new`, with the keys of `old` that the struct `kind` does not know. Lists are matched by id (channels: source)."""
    if isinstance(new, dict) and isinstance(old, dict) and isinstance(kind, type) and issubclass(kind, Struct):
        fields = {field.name: field.type for field in msgspec.structs.fields(kind)}
        merged = {name: _with_unknown(fields[name], old.get(name), value) for name, value in new.items()}
        return merged | {name: value for name, value in old.items() if name not in fields}
    if isinstance(new, list | tuple) and isinstance(old, list):
        kind = get_args(kind)[0] if get_origin(kind) is Annotated else kind
        item = next(iter(get_args(kind)), None)
        by_id = {_id(one): one for one in old if isinstance(one, dict)}
        return [_with_unknown(item, by_id.get(_id(one)) if isinstance(one, dict) else None, one) for one in new]
    return new


def _id(item: dict[str, Any]) -> str:
    return str(item.get("id") or item.get("source"))


def slug(title: str) -> str:
    """A show id from a title."""
    words = re.sub(r"[^a-z0-9]+", "-", title.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa"))
    short = words.strip("-")[:60].strip("-")
    return short if len(short) > 1 else f"{short}-show".strip("-")
