"""Puts replays and clips into an S3-compatible store of the brand's own; where it was cut off it goes on.

Question: which library? Decision: botocore, in threads. Its credentials chain is the one people know, it speaks with every
such store, and it is what boto3 and aiobotocore are made of: the first goes on with no upload of an earlier run, the second
follows each release of botocore by hand. How far an upload has come is asked of the store, nothing is kept here.
"""

import asyncio
import base64
import contextlib
import hashlib
import io
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import quote

from msgspec import Struct

from studio.errors import Forbidden, InvalidValue, NotFound, Overloaded, StudioError, Unreachable, WrongState
from studio.i18n import N_
from studio.settings import Settings
from studio.show.film import SRC_MAX, origin_of

PART = 8 << 20
"""Bytes of a part: S3 wants at least 5 MB, and at most `PARTS_MAX` of them."""
PARTS_MAX = 10_000
TOLD = 256 << 10
"""How often it is told how far a part is, in bytes."""
CONNECT_S, ANSWER_S = 10, 60
KEPT = "public, max-age=31536000, immutable"
"""Cache-Control: another film has another name."""

Client = Any
Sent = Callable[[int], None]


class Refusal(NamedTuple):
    """What an answer of the store's means."""

    error: type[StudioError]
    message: str
    field: str | None = None


CREDENTIALS = Refusal(Forbidden, N_("The store does not know this machine's credentials"))
DENIED = Refusal(Forbidden, N_("The store does not let this machine's credentials do that"))
BUCKET = Refusal(NotFound, N_("There is no such bucket"), "s3.bucket")
REGION = Refusal(InvalidValue, N_("The bucket lies in another region"), "s3.region")
CLOCK = Refusal(WrongState, N_("The store refuses this machine: its clock is wrong"))
FULL = Refusal(Overloaded, N_("There is no room in the store"))
AWAY = Refusal(Unreachable, N_("The store does not answer"))
BROKEN = Refusal(Unreachable, N_("What arrived at the store is not what was sent"))
REFUSALS: dict[str, Refusal] = {
    **dict.fromkeys(("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "401"), CREDENTIALS),
    **dict.fromkeys(("AccessDenied", "AllAccessDisabled", "AccountProblem", "403"), DENIED),
    **dict.fromkeys(("NoSuchBucket", "InvalidBucketName"), BUCKET),
    **dict.fromkeys(("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "301"), REGION),
    **dict.fromkeys(("XMinioStorageFull", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded", "507"), FULL),
    **dict.fromkeys(("RequestTimeout", "SlowDown", "429"), AWAY),
    **dict.fromkeys(("BadDigest", "NoSuchUpload", "InvalidPart"), BROKEN),
    "RequestTimeTooSkewed": CLOCK,
}
"""By S3's code, or the status where none is said (those of MinIO and Ceph too)."""


class Place(Struct, frozen=True, kw_only=True):
    """A bucket. `endpoint` empty: of AWS; `region` empty: as this machine is set up; `public_url`: where browsers find it."""

    endpoint: str = ""
    region: str = ""
    bucket: str
    prefix: str = ""
    public_url: str

    def key(self, name: str) -> str:
        """What a film is called in the bucket."""
        return "/".join(filter(None, (self.prefix, name)))

    def address(self, name: str) -> str:
        """Where browsers find it."""
        return f"{self.public_url}/{quote(self.key(name))}"


def place(settings: Settings) -> Place:
    """Where the settings want films to lie; raises `InvalidValue`, which names the setting."""
    rows = {name: str(settings[f"s3.{name}"]).strip() for name in Place.__struct_fields__}
    for name in ("bucket", "public_url"):
        if not rows[name]:
            raise InvalidValue(N_("Films in an S3 store need this setting"), field=f"s3.{name}")
    try:
        origin_of(rows["public_url"])
    except InvalidValue as error:
        raise InvalidValue(error.message, field="s3.public_url") from None
    if "?" in rows["public_url"] or len(rows["public_url"]) > SRC_MAX // 2:
        raise InvalidValue(N_("Write the whole address, such as https://films.example.com"), field="s3.public_url")
    return Place(**rows | {"prefix": rows["prefix"].strip("/"), "public_url": rows["public_url"].rstrip("/")})


class S3Store:
    """One bucket. Everything raises a `StudioError`: `Unreachable` when it may work another time."""

    def __init__(self, where: Place) -> None:
        self._place = where

    async def put(self, path: Path, key: str, kind: str, sent: Sent) -> str:
        """Put a file there, of this media type; its public address. `sent` is told on this loop how far it is. What is there
        of an earlier try, also of an earlier run, is not sent again."""
        loop, stopped = asyncio.get_running_loop(), threading.Event()

        def told(size: int) -> None:
            if not stopped.is_set():
                sent(size)

        def send(client: Client) -> None:
            with _opened(path) as file:
                target = {"Bucket": self._place.bucket, "Key": self._place.key(key)}
                _Sending(client, target, file, kind=kind, sent=lambda size: _tell(loop, told, size), stopped=stopped).run()

        try:
            await asyncio.to_thread(self._work, send)
        finally:  # cancelled, the thread ends with its next piece
            stopped.set()
        return self._place.address(key)

    async def remove(self, key: str) -> None:
        """Delete it, and what is there of an upload that was not finished. What is not there is no error."""
        target = {"Bucket": self._place.bucket, "Key": self._place.key(key)}

        def delete(client: Client) -> None:
            client.delete_object(**target)
            for upload in _uploads(client, target):
                client.abort_multipart_upload(**target, UploadId=upload)

        await asyncio.to_thread(self._work, delete)

    def _work(self, step: Callable[[Client], None]) -> None:
        """Take a step, in a thread. The library, and the credentials, are looked for when they are needed."""
        try:
            from botocore import exceptions
        except ImportError:
            raise WrongState(N_("Films in an S3 store need the package botocore (the extra s3)")) from None
        try:
            with contextlib.closing(self._client()) as client:
                step(client)
        except exceptions.ClientError as error:
            raise _refused(error.response) from error
        except exceptions.BotoCoreError as error:
            raise _failed(error) from error

    def _client(self) -> Client:
        from botocore.config import Config
        from botocore.session import Session

        config = Config(
            connect_timeout=CONNECT_S,
            read_timeout=ANSWER_S,
            retries={"total_max_attempts": 1},  # who asks us tries again, and tells people
            request_checksum_calculation="when_required",  # not every store knows the newer ones; we send Content-MD5
            response_checksum_validation="when_required",
            s3={"addressing_style": "path" if self._place.endpoint else "auto"},
        )
        try:
            return Session().create_client(
                "s3", region_name=self._place.region or None, endpoint_url=self._place.endpoint or None, config=config
            )
        except ValueError:
            raise InvalidValue(N_("Write the whole address, such as https://films.example.com"), field="s3.endpoint") from None


class _Stopped(Exception):
    """Nobody waits for it any more."""


class _Sending:
    """One file on its way, in a thread."""

    def __init__(
        self, client: Client, target: dict[str, str], file: BinaryIO, *, kind: str, sent: Sent, stopped: threading.Event
    ) -> None:
        self._client, self._target, self._file, self._sent, self._stopped = client, target, file, sent, stopped
        self._about = {"ContentType": kind, "CacheControl": KEPT}
        self._size = os.fstat(file.fileno()).st_size
        self._part = max(PART, -(-self._size // PARTS_MAX))
        self._count = max(1, -(-self._size // self._part))

    def run(self) -> None:
        """All of it."""
        if not self._is_there():
            if self._count == 1:
                piece = self._piece(1)
                self._client.put_object(**self._target, **self._about, **self._body(1, piece))
            else:
                self._send_parts(self._upload())
        self._sent(self._size)

    def _is_there(self) -> bool:
        """Whether an earlier try was cut off only after its end."""
        from botocore.exceptions import ClientError

        try:
            found = self._client.head_object(**self._target)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (403, 404):  # 403: it may be there, for all we may know
                return False
            raise
        return bool(found["ContentLength"] == self._size and _bare(found["ETag"]) == self._etag())

    def _etag(self) -> str:
        """What the store calls the whole of it."""
        digests = [_md5(self._piece(number)).digest() for number in range(1, self._count + 1)]
        return digests[0].hex() if self._count == 1 else f"{_md5(b''.join(digests)).hexdigest()}-{self._count}"

    def _upload(self) -> str:
        """The newest upload of this name, or another one; older ones are called off."""
        *old, newest = [*_uploads(self._client, self._target)] or [""]
        for upload in old:
            self._client.abort_multipart_upload(**self._target, UploadId=upload)
        return newest or str(self._client.create_multipart_upload(**self._target, **self._about)["UploadId"])

    def _send_parts(self, upload: str) -> None:
        where = self._target | {"UploadId": upload}
        pages = self._client.get_paginator("list_parts").paginate(**where)
        there = {part["PartNumber"]: (part["Size"], _bare(part["ETag"])) for page in pages for part in page.get("Parts", ())}
        parts: list[dict[str, Any]] = []
        for number in range(1, self._count + 1):
            piece = self._piece(number)
            etag = _md5(piece).hexdigest()
            if there.get(number) != (len(piece), etag):
                etag = self._client.upload_part(**where, PartNumber=number, **self._body(number, piece))["ETag"]
            parts.append({"PartNumber": number, "ETag": etag})
            self._sent(min(number * self._part, self._size))
        self._client.complete_multipart_upload(**where, MultipartUpload={"Parts": parts})

    def _piece(self, number: int) -> bytes:
        if self._stopped.is_set():
            raise _Stopped
        begin = (number - 1) * self._part
        self._file.seek(begin)
        piece = self._file.read(self._part)
        if len(piece) != min(self._part, self._size - begin):
            raise WrongState(N_("The file changed while it was sent"))
        return piece

    def _body(self, number: int, piece: bytes) -> dict[str, Any]:
        """A piece as the store wants it, which looks at its MD5."""
        begin = (number - 1) * self._part
        body = _Piece(piece, lambda size: self._sent(begin + size), self._stopped)
        return {"Body": body, "ContentMD5": base64.b64encode(_md5(piece).digest()).decode()}


class _Piece(io.BytesIO):
    """A part of a film that says how much of it was read, and ends the sending when nobody waits for it."""

    def __init__(self, piece: bytes, told: Sent, stopped: threading.Event) -> None:
        super().__init__(piece)
        self._told, self._stopped, self._said = told, stopped, 0

    def read(self, size: int | None = -1, /) -> bytes:
        if self._stopped.is_set():
            raise _Stopped
        piece = super().read(size)
        if self.tell() >= self._said + TOLD:
            self._said = self.tell()
            self._told(self._said)
        return piece


def _uploads(client: Client, target: dict[str, str]) -> list[str]:
    """Uploads of this name that were begun and not finished, the newest last."""
    pages = client.get_paginator("list_multipart_uploads").paginate(Bucket=target["Bucket"], Prefix=target["Key"])
    found = (upload for page in pages for upload in page.get("Uploads", ()) if upload["Key"] == target["Key"])
    return [str(upload["UploadId"]) for upload in sorted(found, key=lambda upload: upload["Initiated"])]


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise InvalidValue("{path} cannot be read: {problem}", path=str(path), problem=error.strerror or error) from None
    with file:
        yield file


def _tell(loop: asyncio.AbstractEventLoop, sent: Sent, size: int) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has ended before us
        loop.call_soon_threadsafe(sent, size)


def _md5(data: bytes) -> "hashlib._Hash":
    return hashlib.md5(data, usedforsecurity=False)


def _bare(etag: str) -> str:
    return etag.strip('"').lower()


def _refused(response: dict[str, Any]) -> StudioError:
    """An answer of the store's as the error it stands for."""
    code, status = str(response["Error"].get("Code", "")), int(response["ResponseMetadata"]["HTTPStatusCode"])
    found = REFUSALS.get(code) or REFUSALS.get(str(status))
    if found is None and status >= 500:
        found = AWAY
    if found is None:
        return InvalidValue("The store answered {code}: {problem}", code=code, problem=response["Error"].get("Message", ""))
    return found.error(found.message, field=found.field)


def _failed(error: Exception) -> StudioError:
    """What the library could not do, as the error it stands for."""
    from botocore import exceptions as known

    match error:
        case known.HTTPClientError() | known.ConnectionError() | known.IncompleteReadError():
            return AWAY.error(AWAY.message)
        case (
            known.NoCredentialsError()
            | known.PartialCredentialsError()
            | known.CredentialRetrievalError()
            | known.ProfileNotFound()
            | known.ConfigParseError()
            | known.SSOError()
            | known.LoginError()
        ):
            return Forbidden("This machine has no credentials for the store: {problem}", problem=error)
        case known.NoRegionError() | known.InvalidRegionError():
            return InvalidValue(N_("Films in an S3 store need this setting"), field="s3.region")
    return InvalidValue("The store cannot be used: {problem}", problem=error)
