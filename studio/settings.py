"""Settings as a table: name, type by default value, limits and a sentence. One TOML-free JSON file, written whole."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from studio import paths
from studio.errors import InvalidValue
from studio.i18n import N_


class Setting(NamedTuple):
    """One row: the default fixes the type; `low`/`high` bound numbers, `choices` bound words."""

    default: bool | int | float | str
    label: str
    """What it is called in the window; a row without is not for people."""
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    applies: Literal["now", "on air", "start"] = "now"
    """When a change has its effect: at once, the next time on air, or when Vitrine starts again."""


TABLE: dict[str, Setting] = {
    "language": Setting("", N_("Language"), N_("Language of the window; empty follows the system"), choices=("", "en", "da")),
    "window.theme": Setting("dark", N_("Colours"), N_("Dark for the studio, light for a bright room"), choices=("dark", "light")),
    "window.text_percent": Setting(100, N_("Size of text"), N_("Percent of the usual size"), low=100, high=200),
    "window.workspace": Setting(
        "host",
        N_("Workspace"),
        N_("What the window opens with"),
        choices=("host", "producer", "support", "relation"),
        applies="start",
    ),
    "window.place": Setting("", "", N_("Where the window stood when it was closed")),
    "window.double_click": Setting(
        False, N_("Double click takes"), N_("A double click on a scene in preview, list or multiview puts it on air")
    ),
    "window.sounds": Setting(True, N_("Alarm sounds"), N_("Play a sound when something needs attention")),
    "teleprompter.words_a_minute": Setting(
        130, N_("Teleprompter speed"), N_("Words a minute the teleprompter goes at"), low=40, high=300
    ),
    "calls.name": Setting("", "", N_("The name that customers are told")),
    "calls.topics": Setting("", "", N_("Which topics ring here, with commas between; empty: all")),
    "calls.languages": Setting("", "", N_("Which languages ring here, with commas between; empty: all")),
    "assistant.done": Setting(False, "", N_("The first-run assistant was gone through")),
    "server.url": Setting(
        "", N_("Show server"), N_("Show server to connect to; empty starts one on this machine"), applies="start"
    ),
    "video.bitrate_kbps": Setting(
        4500,
        N_("Bitrate of the picture"),
        N_("Bitrate of the largest picture, in kbit/s"),
        low=200,
        high=50_000,
        applies="on air",
    ),
    "video.preset": Setting(
        "superfast",
        N_("x264 preset"),
        N_("x264 preset: faster costs less processor and gives a coarser picture"),
        choices=("ultrafast", "superfast", "veryfast", "faster"),
        applies="on air",
    ),
    "video.encoder": Setting(
        "auto",
        N_("Encoder"),
        N_("The encoder. Automatic: the first graphics chip that passes the test, otherwise x264"),
        choices=("auto", "libx264", "h264_videotoolbox", "h264_nvenc", "h264_qsv", "h264_amf", "h264_mf", "h264_v4l2m2m"),
        applies="start",
    ),
    "video.rendition": Setting(
        "1080", N_("Picture sent"), N_("Short side of the picture that is sent"), choices=("1080", "720", "360"), applies="on air"
    ),
    "audio.bitrate_kbps": Setting(
        96, N_("Bitrate of the sound"), N_("Bitrate of the sound, in kbit/s"), low=16, high=320, applies="on air"
    ),
    "audio.latency_ms": Setting(
        30,
        N_("Sound waits"),
        N_("How long the mixer waits for sound from devices at first, in ms"),
        low=20,
        high=500,
        applies="start",
    ),
    "recording.auto": Setting(True, N_("Record every show"), N_("The recording begins and ends with the show by itself")),
    "recording.quality": Setting(
        "stream",
        N_("Recorded picture"),
        N_("Record the stream as it is sent, at no extra cost, or encode it again in higher quality"),
        choices=("stream", "high"),
    ),
    "recording.bitrate_kbps": Setting(
        12_000,
        N_("Bitrate of the better picture"),
        N_("Bitrate of a recording with an encoder of its own, in kbit/s"),
        low=1000,
        high=100_000,
    ),
    "recording.folder": Setting(
        "", N_("Folder of recordings"), N_("Where recordings lie; empty for the usual place"), applies="start"
    ),
    "recording.split_minutes": Setting(
        0, N_("Split after minutes"), N_("Begin another file after so many minutes; 0 for never"), low=0, high=600
    ),
    "recording.split_gb": Setting(
        0, N_("Split after gigabytes"), N_("Begin another file after so many gigabytes; 0 for never"), low=0, high=1000
    ),
    "recording.isolated": Setting(
        False,
        N_("Record sources by themselves"),
        N_("Every camera and every microphone is recorded into a file of its own as well"),
    ),
    "library.quota_gb": Setting(
        0, N_("Room for recordings"), N_("Gigabytes that recordings may take; 0 for as much as there is"), low=0, high=100_000
    ),
    "library.keep_days": Setting(
        0,
        N_("Keep recordings"),
        N_("Days until a recording goes to the trash; 0 for ever. What is public stays"),
        low=0,
        high=3650,
    ),
    "library.trash_days": Setting(30, N_("Keep the trash"), N_("Days until what is in the trash is deleted"), low=1, high=365),
    "replay.store": Setting(
        "server",
        N_("Where replays lie"),
        N_("Published replays and clips lie with the show server, or in an S3 store of your own"),
        choices=("server", "s3"),
    ),
    "s3.endpoint": Setting(
        "",
        N_("S3: address"),
        N_("The store's address; leave empty for AWS. Its keys come from the environment or ~/.aws, never from here"),
    ),
    "s3.region": Setting("", N_("S3: region"), N_("Where the bucket lies; empty for the usual region of this machine")),
    "s3.bucket": Setting("", N_("S3: bucket"), N_("What films are put into")),
    "s3.prefix": Setting("", N_("S3: folder"), N_("Folder in the bucket; empty for none")),
    "s3.public_url": Setting(
        "", N_("S3: public address"), N_("Where everybody can read the bucket, such as https://films.example.com")
    ),
    "audio.monitor": Setting("", N_("Headphones"), N_("Headphones for monitoring; empty for none")),
}


class Settings:
    """The user's settings. Unknown names in the file are kept for newer versions; bad values fall back, and say so."""

    def __init__(self, path: Path | None = None, overrides: Mapping[str, Any] | None = None) -> None:
        self.path = path or paths.config_dir() / "settings.json"
        self.warnings: list[str] = []
        self._observers: list[Callable[[str, Any], None]] = []
        self._stored: dict[str, Any] = self._read()
        self._overrides = dict(overrides or {})

    def __getitem__(self, name: str) -> Any:
        if name in self._overrides:
            return self._overrides[name]
        return self._stored.get(name, TABLE[name].default)

    def set(self, name: str, value: Any) -> None:
        """Store a setting; raises `InvalidValue` naming the field and what fits."""
        value = self._stored[name] = checked(name, value)
        self._overrides.pop(name, None)
        paths.write_atomically(self.path, json.dumps(self._stored, indent=2, ensure_ascii=False).encode(), mode=0o600)
        for observer in self._observers:
            observer(name, value)

    def observe(self, observer: Callable[[str, Any], None]) -> None:
        """Call `observer(name, value)` after each change."""
        self._observers.append(observer)

    def _read(self) -> dict[str, Any]:
        try:
            stored = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            self.warnings.append(f"{self.path}: {error}; the defaults are used")
            return {}
        if not isinstance(stored, dict):
            self.warnings.append(f"{self.path}: not a JSON object; the defaults are used")
            return {}
        for name in [name for name in stored if name in TABLE]:
            try:
                stored[name] = checked(name, stored[name])
            except InvalidValue as error:
                self.warnings.append(f"{self.path}: {error}")
                del stored[name]
        return stored


def checked(name: str, value: Any) -> Any:
    """`value` in the setting's own type and within its limits. Raises `InvalidValue`."""
    row = TABLE.get(name)
    if row is None:
        raise InvalidValue("There is no such setting", field=name)
    kind = type(row.default)
    if isinstance(value, str) and kind is not str:
        try:
            value = {"true": True, "false": False}[value.lower()] if kind is bool else kind(value)
        except (KeyError, ValueError):
            raise InvalidValue("{value} does not fit; expected {kind}", field=name, value=value, kind=kind.__name__) from None
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind:
        raise InvalidValue("{value} does not fit; expected {kind}", field=name, value=value, kind=kind.__name__)
    if row.choices and value not in row.choices:
        raise InvalidValue("must be one of {choices}", field=name, choices=", ".join(filter(None, row.choices)))
    if not isinstance(value, str) and ((row.low is not None and value < row.low) or (row.high is not None and value > row.high)):
        raise InvalidValue("must be from {low:g} to {high:g}", field=name, low=row.low, high=row.high)
    return value
