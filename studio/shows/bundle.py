"""A show to take along: one zip with the show file and the films and pictures it uses."""

import json
import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath

import msgspec

from studio import show_file
from studio.errors import InvalidValue
from studio.i18n import N_
from studio.show_file import FileSource, ShowFile

SUFFIX = ".vitrine"
SHOW = "show.show.json"
MEDIA = "media"
MAX_FILES, MAX_BYTES = 500, 20 << 30
RATIO_MAX, RATIO_FROM = 50, 64 << 20
"""Films and pictures do not shrink: what unpacks to so many times its size was made to fill a disk."""
LEAST_FREE = 512 << 20
"""What a bundle leaves on the disk."""


def pack(target: Path, file: ShowFile) -> list[str]:
    """Write the bundle whole, or not at all. Returns the files that were missing and could not be taken along."""
    missing: list[str] = []
    sources: list[FileSource] = []
    packed: dict[str, str] = {}
    for source in file.sources:
        path = source.settings.get("path")
        if not isinstance(path, str) or not path:
            sources.append(source)
        elif not Path(path).is_file():
            missing.append(path)
            sources.append(source)
        else:
            inside = packed.setdefault(path, f"{MEDIA}/{len(packed) + 1:02}-{Path(path).name}")
            sources.append(msgspec.structs.replace(source, settings=source.settings | {"path": inside}))
    content = json.dumps(msgspec.to_builtins(_with(file, sources)), indent=2, ensure_ascii=False)
    part = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(SHOW, content)
            for path, inside in packed.items():
                archive.write(path, inside)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return missing


def unpack(source: Path, folder: Path) -> Path:
    """Unpack a bundle into a new `folder`; returns the show file in it. Raises `InvalidValue`: what is in it is not trusted."""
    try:
        with zipfile.ZipFile(source) as archive:
            infos = archive.infolist()
            if len(infos) > MAX_FILES or sum(info.file_size for info in infos) > MAX_BYTES:
                raise InvalidValue(N_("this bundle is too large"), field=str(source))
            _look_at_size(infos, source, folder)
            if SHOW not in archive.namelist() or archive.getinfo(SHOW).file_size > show_file.MAX_BYTES:
                raise InvalidValue(N_("this is not a show's bundle"), field=str(source))
            for info in infos:
                if not _fits(info.filename):
                    raise InvalidValue(N_("this is not a show's bundle"), field=str(source))
            file = show_file.decode(archive.read(SHOW))
            folder.mkdir(parents=True)
            try:
                for info in infos:
                    archive.extract(info, folder)
                path = folder / SHOW
                show_file.save(path, _inside(file, folder))
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise InvalidValue("{path} cannot be read: {problem}", path=str(source), problem=error) from None
    return path


def _look_at_size(infos: list[zipfile.ZipInfo], source: Path, folder: Path) -> None:
    """What it says of itself counts for no more than how large it is: files in a zip may lie upon each other."""
    field, size = str(source), sum(info.file_size for info in infos)
    packed = min(sum(info.compress_size for info in infos), source.stat().st_size)
    if size > RATIO_FROM and size > RATIO_MAX * max(1, packed):
        raise InvalidValue(N_("this bundle is packed suspiciously small and is not opened"), field=field)
    there = next(parent for parent in folder.parents if parent.is_dir())
    if shutil.disk_usage(there).free - size < LEAST_FREE:
        raise InvalidValue("there is no room on the disk for its {size} MB", field=field, size=size >> 20)


def _inside(file: ShowFile, folder: Path) -> ShowFile:
    """`file`, whose films and pictures lie in the bundle's own folder: what it names elsewhere is somebody else's disk, and is
    looked for here by its name alone, where it is missing."""

    def inside(source: FileSource) -> FileSource:
        path = source.settings.get("path")
        if not isinstance(path, str) or not path:
            return source
        name = PureWindowsPath(path).name or MEDIA  # takes both kinds of slash
        return msgspec.structs.replace(source, settings=source.settings | {"path": str(folder / MEDIA / name)})

    return _with(file, [inside(source) for source in file.sources])


def _fits(name: str) -> bool:
    """Only the show file, and files directly in the media folder."""
    parts = PurePosixPath(name).parts
    return name == SHOW or (len(parts) == 2 and parts[0] == MEDIA and parts[1] not in ("..", ".") and "\\" not in name)


def _with(file: ShowFile, sources: list[FileSource]) -> ShowFile:
    return msgspec.structs.replace(file, sources=tuple(sources))
