"""Static files built in advance: hashed names, compressed variants, their HTTP responses.

The build makes a folder: files with their hash in the name, `.br` and `.gz` beside them, and `manifest.json`
(logical name → file). A folder without a manifest belongs to a checkout where nothing was built; pages then
have no styles and scripts.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

MANIFEST = "manifest.json"
URL_PREFIX = "/static/"
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
"""(content coding, file suffix), the preferred one first."""

_HASHED = re.compile(r"\.[A-Z0-9]{8}\.[a-z0-9]+$")
_REFUSED = re.compile(r";\s*q=0(\.0*)?$")


class StaticFile(msgspec.Struct, frozen=True):
    """A file. `bodies`: content coding → bytes; "" is the file as it is."""

    content_type: str
    cache_control: str
    bodies: Mapping[str, bytes]


class StaticAnswer(msgspec.Struct, frozen=True):
    """The response for a file: status 200, with all headers but content-length."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


class Assets:
    """The built files, kept in memory: some hundred kilobytes altogether."""

    def __init__(self, manifest: Mapping[str, str], files: Mapping[str, StaticFile]) -> None:
        self._manifest = manifest
        self._files = files

    @classmethod
    def load(cls, folder: Path) -> "Assets":
        """Read a built folder; an unbuilt one gives an `Assets` without files."""
        path = folder / MANIFEST
        if not path.exists():
            return cls({}, {})
        files = {file.name: _read(file) for file in folder.iterdir() if file.suffix in CONTENT_TYPES}
        return cls(json.loads(path.read_text()), files)

    def url(self, name: str) -> str | None:
        """The address of a file by its logical name; None if it was not built."""
        hashed = self._manifest.get(name)
        return None if hashed is None else URL_PREFIX + hashed

    def answer(self, file: str, accept_encoding: str = "") -> StaticAnswer | None:
        """The response for a file by its hashed name, in the best accepted coding; None if there is none."""
        static = self._files.get(file)
        if static is None:
            return None
        accepted = {
            part.partition(";")[0].strip()
            for part in accept_encoding.lower().split(",")
            if not _REFUSED.search(part)
        }
        encoding = next((name for name, _ in ENCODINGS if name in accepted and name in static.bodies), "")
        headers = [
            ("content-type", static.content_type),
            ("cache-control", static.cache_control),
            ("x-content-type-options", "nosniff"),
        ]
        if len(static.bodies) > 1:
            headers.append(("vary", "accept-encoding"))
        if encoding:
            headers.append(("content-encoding", encoding))
        return StaticAnswer(body=static.bodies[encoding], headers=tuple(headers))


def _read(file: Path) -> StaticFile:
    bodies = {"": file.read_bytes()}
    for encoding, suffix in ENCODINGS:
        packed = file.with_name(file.name + suffix)
        if packed.exists():
            bodies[encoding] = packed.read_bytes()
    return StaticFile(
        content_type=CONTENT_TYPES[file.suffix],
        cache_control=FOREVER if _HASHED.search(file.name) else ASK_AGAIN,
        bodies=bodies,
    )
