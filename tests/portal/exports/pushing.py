"""Vendors with keys, and raw requests to the portal's /exchange."""

import asyncio
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from myedu.connector.sdk.push import Pusher
from myedu.kit.db import Database
from myedu.portal.exports.receive import vendors
from myedu.portal.people.models import System
from myedu.portal.people.service import register_system
from tests.portal.conftest import World


class Vendor(msgspec.Struct, frozen=True):
    """A registered system and the private key of its vendor (PEM)."""

    system_id: str
    key: str


async def vendor(
    database: Database, now: datetime, *, system_id: str = "r25-a", region: str = "25"
) -> Vendor:
    """Register a system with a new key."""
    private, public = key_pair()
    system = System(
        id=system_id,
        region=region,
        name="Журнал Приморья",
        base_url="http://127.0.0.1:1",
        client_id="portal",
        registered_at=now,
    )
    async with database.transaction() as conn:
        await register_system(conn, system)
        await vendors.register_key(conn, system_id, public, now)
    return Vendor(system_id, private)


def key_pair() -> tuple[str, str]:
    """Private and public key in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def pusher(session: aiohttp.ClientSession, world: World, who: Vendor, *, part_bytes: int = 20_000) -> Pusher:
    return Pusher(
        session,
        world.url,
        system_id=who.system_id,
        key=who.key,
        clock=world.clock,
        first_wait=0.01,
        part_bytes=part_bytes,
    )


async def token_of(session: aiohttp.ClientSession, world: World, who: Vendor) -> str:
    """An access token, got as Pusher gets it."""
    return await pusher(session, world, who)._tokens.get()


async def cut_put(world: World, path: str, token: str, body: bytes, *, sent: int) -> None:
    """A PUT of the whole body whose line breaks after `sent` bytes of it."""
    address = urlsplit(world.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = (
        f"PUT {path} HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Length: {len(body)}\r\nContent-Range: bytes 0-{len(body) - 1}/{len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body[:sent])
    await writer.drain()
    await asyncio.sleep(0.2)  # the server has read what was sent
    writer.close()
    await writer.wait_closed()
    del reader
