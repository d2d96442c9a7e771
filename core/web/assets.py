"""Serves the files of `static/`: read once, gzipped once, kept for ever by the browser under a versioned address."""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".wav": "audio/wav",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    "": "text/plain; charset=utf-8",
}
"""What may be served, and as what. The machine's own table of types differs from machine to machine."""
_PACKED: Final = ("text/", "image/svg", "application/json", "application/manifest")
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"


@dataclass(frozen=True)
class Asset:
    """A file, or several that are sent as one, as they were when their version was taken."""

    paths: Sequence[Path]
    stamp: Sequence[int] = ()
    """Modification times in nanoseconds: what has changed is read anew."""

    @cached_property
    def body(self) -> bytes:
        return b"\n".join(path.read_bytes() for path in self.paths)

    @cached_property
    def version(self) -> str:
        return sha256(self.body).hexdigest()[:12]

    @cached_property
    def content_type(self) -> str:
        return _TYPES[self.paths[0].suffix]

    @cached_property
    def gzipped(self) -> bytes | None:
        """The packed body; nothing when packing does not pay."""
        if not self.content_type.startswith(_PACKED) or len(self.body) < 500:
            return None
        return gzip.compress(self.body, 9, mtime=0)


class Assets:
    """All files of one folder, found when the program starts: nothing outside that list is ever served."""

    def __init__(
        self, place: Path, *, prefix: str = "/static", bundles: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self._prefix = prefix
        files = (path for path in sorted(place.rglob("*")) if path.is_file() and path.suffix in _TYPES)
        self._assets = {path.relative_to(place).as_posix(): Asset([path]) for path in files}
        for name, parts in (bundles or {}).items():
            self._assets[name] = Asset([place / part for part in parts])

    def find(self, name: str) -> Asset | None:
        """Give the file as it is now, or nothing."""
        known = self._assets.get(name)
        if known is None:
            return None
        try:
            stamp = [path.stat().st_mtime_ns for path in known.paths]
        except OSError:
            return None
        if stamp != known.stamp:
            known = self._assets[name] = Asset(known.paths, stamp)
        return known

    @property
    def version(self) -> str:
        """Name the state of all files together: another one when any of them has changed."""
        found = [f"{name} {asset.version}" for name in self._assets if (asset := self.find(name))]
        return sha256("\n".join(found).encode()).hexdigest()[:12]

    def address(self, name: str) -> str:
        """Give a file's address with its version in it. Raises LookupError when there is no such file."""
        asset = self.find(name)
        if asset is None:
            message = f"There is no file {name} in the static folder."
            raise LookupError(message)
        return f"{self._prefix}/{name}?v={asset.version}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise HTTPException(404)
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        name = scope["path"].removeprefix(self._prefix).lstrip("/")
        asset = self.find(name)
        if asset is None:
            raise HTTPException(404)
        await _answer(asset, name, scope)(scope, receive, send)


def _answer(asset: Asset, name: str, scope: Scope) -> Response:
    asked = Headers(scope=scope)
    version = parse_qs(scope["query_string"].decode("latin-1")).get("v", [""])[0]
    # Files under vendor/ stand in a folder named after their version.
    fixed = version == asset.version or name.startswith("vendor/")
    packed = asset.gzipped if "gzip" in asked.get("accept-encoding", "") else None
    etag = f'"{asset.version}{"-gz" if packed else ""}"'
    headers = {"Cache-Control": _FOR_EVER if fixed else _ASK_AGAIN, "ETag": etag, "Vary": "Accept-Encoding"}
    if asked.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(packed or asset.body, headers=headers, media_type=asset.content_type)
