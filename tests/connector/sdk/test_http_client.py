"""An answer is bounded while it streams: size, packing, time, head, depth. The journal is a bare socket."""

import asyncio
import gzip
import json
import ssl
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from myedu.connector.sdk.client import JournalAddress, JournalClient
from myedu.connector.sdk.errors import JournalError, JournalSilent, JournalWrong
from myedu.connector.sdk.ssrf_guard import guarded_session
from myedu.kit.clock import FixedClock
from tests.connector.sdk.conftest import ACT, CLIENT_ID, NOW, WEEK, KeyPair

TOKEN = b'{"access_token": "t", "token_type": "Bearer", "expires_in": 3600}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n"
Talk = Callable[[asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def a_line(talk: Talk, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A port that answers correctly for tokens, and whatever `talk` writes for anything else."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if head.startswith(b"POST"):
                    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                    await reader.readexactly(length)
                    writer.write(HEAD + b"Content-Length: %d\r\n\r\n" % len(TOKEN) + TOKEN)
                else:
                    await talk(writer)
                    break
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # hung up on us, as it should
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def error_from(
    talk: Talk,
    key: KeyPair,
    *,
    url: str = "http://127.0.0.1",
    context: ssl.SSLContext | None = None,
    trust: ssl.SSLContext | None = None,
    **options: Any,
) -> JournalError:
    async with a_line(talk, context) as port:
        address = JournalAddress("s", f"{url}:{port}", CLIENT_ID)
        async with guarded_session(address.base_url, allow_private=True, trust=trust) as session:
            client = JournalClient(session, address, key.private, clock=FixedClock(NOW), **options)
            with pytest.raises(JournalError) as caught:
                await client.diary("p", WEEK, act=ACT, asker="a")
            return caught.value


def saying(*parts: bytes, pause: float = 0.0) -> Talk:
    async def talk(writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)

    return talk


def chunk(data: bytes) -> bytes:
    return b"%x\r\n" % len(data) + data + b"\r\n"


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(CHUNKED + b"\r\n")
    while True:
        writer.write(chunk(b" " * 65536))
        await writer.drain()


async def empty_packing(writer: asyncio.StreamWriter) -> None:
    """Compressed chunks that decompress to nothing: the bound on decompressed bytes is never reached."""
    writer.write(CHUNKED + b"Content-Encoding: gzip\r\n\r\n")
    writer.write(chunk(gzip.compress(b" ")[:10]))
    while True:
        writer.write(chunk(b"\x00\x00\x00\xff\xff" * 10_000))  # stored blocks of no length
        await writer.drain()


async def dripping(writer: asyncio.StreamWriter) -> None:
    writer.write(CHUNKED + b"\r\n")
    while True:
        writer.write(chunk(b" "))
        await writer.drain()
        await asyncio.sleep(0.05)


async def hanging(writer: asyncio.StreamWriter) -> None:
    writer.write(CHUNKED + b"\r\n" + chunk(b'{"student_id":'))
    await writer.drain()
    await asyncio.sleep(30)


async def silent(_writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


CASES: dict[str, tuple[Talk, type[JournalError], str]] = {
    "an endless answer": (endless, JournalWrong, "too-large"),
    "an endless packing of nothing": (empty_packing, JournalWrong, "too-large"),
    "a length of 50 MB": (saying(HEAD + b"Content-Length: 52428800\r\n\r\n"), JournalWrong, "too-large"),
    "a byte now and then": (dripping, JournalSilent, "stalled"),
    "a stop after the head": (hanging, JournalSilent, "stalled"),
    "nothing at all": (silent, JournalSilent, "timeout"),
    "br": (
        saying(HEAD + b"Content-Encoding: br\r\nContent-Length: 1\r\n\r\n "),
        JournalWrong,
        "wrong-encoding",
    ),
    "zstd": (
        saying(HEAD + b"Content-Encoding: zstd\r\nContent-Length: 1\r\n\r\n "),
        JournalWrong,
        "wrong-encoding",
    ),
    "twice gzip": (
        saying(HEAD + b"Content-Encoding: gzip, gzip\r\nContent-Length: 1\r\n\r\n "),
        JournalWrong,
        "wrong-encoding",
    ),
    "no gzip": (
        saying(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"),
        JournalWrong,
        "wrong-encoding",
    ),
    "a long header": (saying(HEAD + b"X: " + b"x" * 100_000 + b"\r\n\r\n"), JournalWrong, "not-http"),
    "many headers": (
        saying(HEAD + b"".join(b"X-%d: x\r\n" % n for n in range(5000)) + b"\r\n"),
        JournalWrong,
        "not-http",
    ),
    "an endless head": (saying(HEAD, *[b"X: " + b"x" * 8000 + b"\r\n"] * 2000), JournalWrong, "not-http"),
    "deep JSON": (
        saying(HEAD + b"Content-Length: 200005\r\n\r\n" + b'{"x":' + b"[" * 200_000),
        JournalWrong,
        "too-deep",
    ),
    "half a chunk": (saying(CHUNKED + b"\r\n" + b"ff\r\nabc"), JournalSilent, "cut"),
    "a wrong chunk": (saying(CHUNKED + b"\r\n" + b"zz\r\nabc\r\n"), JournalWrong, "not-http"),
    "two lengths": (
        saying(HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}"),
        JournalWrong,
        "not-http",
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_a_bound(name: str, portal_key: KeyPair) -> None:
    talk, kind, reason = CASES[name]
    error = await error_from(talk, portal_key, timeout=0.6 if kind is JournalSilent else 10)
    assert (type(error), error.reason) == (kind, reason), error.sentence


@pytest.mark.parametrize(
    ("tag", "kept"),
    [
        (b'"v1"', '"v1"'),
        (b'W/"v1"', 'W/"v1"'),
        (b"v1", None),
        (b'"\xff"', None),
        (b'"\xd1\x8f"', None),
        (b'"' + b"x" * 4000 + b'"', None),
    ],
)
async def test_only_a_tag_is_kept_as_a_tag(portal_key: KeyPair, tag: bytes, kept: str | None) -> None:
    """It goes into the database and back into a head."""
    about = {"student_id": "p", "from": "2026-11-23", "to": "2026-11-29", "time_zone": "Asia/Yakutsk"}
    body = json.dumps({**about, "lessons": []}).encode()
    talk = saying(HEAD + b"ETag: " + tag + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    async with a_line(talk) as port:
        address = JournalAddress("s", f"http://127.0.0.1:{port}", CLIENT_ID)
        async with guarded_session(address.base_url, allow_private=True) as session:
            client = JournalClient(session, address, portal_key.private, clock=FixedClock(NOW))
            assert (await client.diary("p", WEEK, act=ACT, asker="a")).etag == kept


def bomb(folder: Path) -> Path:
    """10 GB of spaces in 10 MB: one block that stands for itself, again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * (16 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    file = folder / "bomb.gz"
    file.write_bytes(gzip.compress(b"")[:10] + block * 640)
    return file


# In a process of its own: the peak of memory is a process's.
MEASURED = """
import asyncio, json, re, sys
from pathlib import Path
from yarl import URL
from myedu.connector.sdk.errors import JournalError
from myedu.connector.sdk.ssrf_guard import guarded_session
from myedu.connector.sdk.http_client import exchange

async def main(url):
    # not getrusage: its peak goes on over exec with what the parent had
    peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
    async with guarded_session(url, allow_private=True) as session:
        before, reason = peak(), None
        try:
            await exchange(session, "GET", URL(url), seconds=30, longest=4 << 20)
        except JournalError as error:
            reason = error.reason
        print(json.dumps({"reason": reason, "grown_kb": peak() - before}))

asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
async def test_a_bomb_is_stopped_without_being_held(tmp_path: Path) -> None:
    compressed = bomb(tmp_path).read_bytes()
    assert len(compressed) > 9_000_000

    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED + b"Content-Encoding: gzip\r\n\r\n")
        for start in range(0, len(compressed), 1 << 20):
            writer.write(chunk(compressed[start : start + (1 << 20)]))
            await writer.drain()

    async with a_line(talk) as port:
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", MEASURED, f"http://127.0.0.1:{port}/"],
            capture_output=True,
            check=True,
            timeout=60,
        )
    measured = json.loads(done.stdout)
    assert measured["reason"] == "too-large"
    assert 1_000 < measured["grown_kb"] < 40_000, measured  # the bound is 4 MB


# -- TLS ---------------------------------------------------------------------------------------------------


def certificate_for(host: str, folder: Path) -> Path:
    """A certificate that signs itself, with its key, in one PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=900))
        .not_valid_after(NOW + timedelta(days=9000))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{host}.pem"
    file.write_bytes(
        made.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return file


@pytest.mark.parametrize("trusted", [True, False], ids=["of another host", "of an unknown authority"])
async def test_a_certificate(trusted: bool, portal_key: KeyPair, tmp_path: Path) -> None:
    file = certificate_for("other.example" if trusted else "localhost", tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    trust = ssl.create_default_context(cafile=str(file)) if trusted else None
    error = await error_from(
        saying(HEAD), portal_key, url="https://localhost", context=context, trust=trust, timeout=5
    )
    assert (type(error), error.reason) == (JournalWrong, "certificate"), error.sentence
