"""Files in Parquet, in a folder or an S3 store, in parts by day as Hive has them (`day=2026-11-30`): DuckDB, Spark, BigQuery and
ClickHouse read them as one table. Everything here waits for a disk or a store: never on the server's loop."""

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pyarrow
from pyarrow import fs, parquet

from studio.relation.behaviour import Behaviour
from studio.server.config import WarehouseRules, read_secret

SUMS = b"vitrine.sums"
"""In a file's footer: what the database had of that day when it was written."""
BEHAVIOURS, PEOPLE = "behaviours", "people"
PART = "_part"
"""What is being written: names with `_` before them are read by nobody."""
_when = pyarrow.timestamp("ms", tz="UTC")
_word = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
_item = pyarrow.struct(
    [
        *((name, pyarrow.string()) for name in ("product", "variant", "category", "brand")),
        ("price_minor", pyarrow.int64()),
        ("quantity", pyarrow.int32()),
        ("coupon", pyarrow.string()),
        ("position", pyarrow.int32()),
    ]
)
_touch = pyarrow.struct([(name, pyarrow.string()) for name in ("source", "medium", "campaign", "term", "content", "referrer")])
DEEDS = pyarrow.schema(
    [
        ("visitor", pyarrow.string()),
        ("id", pyarrow.string()),
        ("name", _word),
        ("at", _when),
        ("received", _when),
        ("session", pyarrow.string()),
        ("source", _word),
        ("consent", _word),
        ("page", pyarrow.string()),
        ("products", pyarrow.list_(_item)),
        ("value_minor", pyarrow.int64()),
        ("currency", _word),
        ("order_number", pyarrow.string()),
        ("show", _word),
        ("media_ms", pyarrow.int64()),
        ("part", _word),
        ("touch", _touch),
        ("properties", pyarrow.string()),
    ]
)
"""`at` and `received` in UTC; money in minor units (øre) of `currency`; `properties` is JSON."""
WHO = pyarrow.schema(
    [("visitor", pyarrow.string()), ("profile", pyarrow.string()), ("customer", pyarrow.string()), ("kind", _word)]
)
"""Which visitors are one person, and the brand's own number of them."""


def folder_of(rules: WarehouseRules) -> "Folder":
    """Where the settings say. Raises `InvalidValue` for a secret that cannot be read."""
    place = urlsplit(rules.folder)
    if place.scheme != "s3":
        return Folder(fs.LocalFileSystem(), rules.folder)
    said: dict[str, Any] = {}
    if rules.key_id:
        said = {"access_key": rules.key_id, "secret_key": read_secret(rules.secret_file, "warehouse.secret_file")}
    if rules.endpoint:
        end = urlsplit(rules.endpoint)
        said |= {"endpoint_override": end.netloc, "scheme": end.scheme}
    if rules.region:
        said["region"] = rules.region
    return Folder(fs.S3FileSystem(connect_timeout=10, request_timeout=60, **said), f"{place.netloc}{place.path}".rstrip("/"))


class Folder:
    """All files of the warehouse."""

    def __init__(self, files: fs.FileSystem, path: str) -> None:
        self._files = files
        self._path = path

    def days(self) -> dict[str, bytes]:
        """What is there, by day, with its sums; empty where a file is not whole, or not ours."""
        found: dict[str, bytes] = {}
        chosen = fs.FileSelector(f"{self._path}/{BEHAVIOURS}", allow_not_found=True)
        for one in self._files.get_file_info(chosen):
            name, _, day = one.base_name.partition("=")
            if one.type == fs.FileType.Directory and name == "day":
                found[day] = self._sums(self._of_day(day))
        return found

    def _sums(self, path: str) -> bytes:
        try:
            with self._files.open_input_file(path) as source:
                return bytes((parquet.read_metadata(source).metadata or {}).get(SUMS, b""))
        except (FileNotFoundError, pyarrow.ArrowInvalid):
            return b""

    def write_day(self, day: str, sums: bytes) -> "Writing":
        """Begin a day's file."""
        return Writing(self._files, self._of_day(day), DEEDS, {SUMS: sums})

    def write_people(self) -> "Writing":
        """Begin the file of who is who."""
        return Writing(self._files, f"{self._path}/{PEOPLE}/{PEOPLE}.parquet", WHO, {})

    def drop_day(self, day: str) -> None:
        """The database has nothing of that day any more."""
        path = self._of_day(day)
        with contextlib.suppress(FileNotFoundError):
            self._files.delete_file(path)
        with contextlib.suppress(OSError):  # somebody else's file is in it
            folder = path.rpartition("/")[0]
            if not self._files.get_file_info(fs.FileSelector(folder, allow_not_found=True)):
                self._files.delete_dir(folder)

    def _of_day(self, day: str) -> str:
        return f"{self._path}/{BEHAVIOURS}/day={day}/{BEHAVIOURS}.parquet"


class Writing:
    """A file that is there once it is whole (`done`), and until then the one before."""

    def __init__(self, files: fs.FileSystem, path: str, schema: pyarrow.Schema, said: Mapping[bytes, bytes]) -> None:
        folder, _, name = path.rpartition("/")
        self._files, self._path, self._part = files, path, f"{folder}/{PART}.{name.rpartition('.')[0]}"
        if isinstance(files, fs.LocalFileSystem):  # people's lives: nobody else on this machine reads them
            Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sink = files.open_output_stream(self._part)
        self._schema = schema
        self._writer = parquet.ParquetWriter(self._sink, schema.with_metadata(dict(said)), compression="zstd")

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """More rows."""
        table = pyarrow.Table.from_pylist(list(rows), schema=self._schema)
        self._writer.write_table(table)

    def done(self) -> None:
        """It takes the place of the one before."""
        self._writer.close()
        self._sink.close()
        if isinstance(self._files, fs.LocalFileSystem):
            Path(self._part).chmod(0o600)
        self._files.move(self._part, self._path)

    def drop(self) -> None:
        """It could not be written: the one before stays."""
        with contextlib.suppress(Exception):  # what is told is why
            self._writer.close()
            self._sink.close()
        with contextlib.suppress(Exception):
            self._files.delete_file(self._part)


def deed(one: Behaviour) -> dict[str, Any]:
    """A row of `DEEDS`."""
    said = msgspec.to_builtins(one)
    return {
        "visitor": one.visitor,
        "id": one.id,
        "name": one.name,
        "at": one.at_ms,
        "received": one.received_ms,
        "session": one.session,
        "source": one.source,
        "consent": one.consent,
        "page": one.page,
        "products": [{"quantity": 1} | item for item in said.get("items", ())],
        "value_minor": one.value_minor,
        "currency": one.currency,
        "order_number": one.order,
        "show": one.show,
        "media_ms": one.media_ms,
        "part": one.part,
        "touch": said.get("touch"),
        "properties": msgspec.json.encode(one.props).decode() if one.props else None,
    }
