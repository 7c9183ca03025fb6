"""Static files built in advance: hashed names, compressed variants, their HTTP answers.

The build leaves one folder: files with their hash in the name, `.br` and `.gz` beside them, and
`manifest.json` (logical name → file). A folder without a manifest is a checkout where nothing was
built: pages then stand without style and scripts.
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
"""The better first."""

_HASHED = re.compile(r"\.[A-Z0-9]{8}\.[a-z0-9]+$")
_REFUSED = re.compile(r";\s*q=0(\.0*)?$")


class StaticFile(msgspec.Struct, frozen=True):
    """One file with its bodies by encoding ("" is the file as it is) and the headers all of them share."""

    content_type: str
    cache_control: str
    bodies: Mapping[str, bytes]


class StaticAnswer(msgspec.Struct, frozen=True):
    body: bytes
    headers: tuple[tuple[str, str], ...]


class Assets:
    """The built files, held in memory: together they are some hundred kilobytes."""

    def __init__(self, manifest: Mapping[str, str], files: Mapping[str, StaticFile]) -> None:
        self._manifest = manifest
        self._files = files

    @classmethod
    def load(cls, folder: Path) -> "Assets":
        """Read a built folder; an unbuilt one gives an `Assets` that has nothing."""
        path = folder / MANIFEST
        if not path.exists():
            return cls({}, {})
        files = {file.name: _read(file) for file in folder.iterdir() if file.suffix in CONTENT_TYPES}
        return cls(json.loads(path.read_text()), files)

    def url(self, name: str) -> str | None:
        """The address of a file by its logical name, None where nothing was built."""
        hashed = self._manifest.get(name)
        return None if hashed is None else URL_PREFIX + hashed

    def answer(self, file: str, accept_encoding: str = "") -> StaticAnswer | None:
        """What to send for a file of the folder (its real, hashed name); None if there is no such file."""
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
