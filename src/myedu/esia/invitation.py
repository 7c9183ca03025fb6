"""Asking an ESIA sandbox for an account of an invented person. The real ESIA has no such door."""

from datetime import date
from typing import Literal

import msgspec

from myedu.esia.transport import Transport

PATH = "/sandbox/people"


class Invitation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who shall be able to sign in. ESIA knows a person by SNILS and oid: one of the two is needed.

    `about` stands beside the name where one chooses a person.
    """

    last_name: str
    first_name: str
    birth_date: date
    gender: Literal["M", "F"]
    middle_name: str | None = None
    snils: str | None = None
    oid: int | None = None
    about: str = ""


class Account(msgspec.Struct, frozen=True):
    """The account's oid."""

    oid: int


async def invite(base_url: str, invitation: Invitation, *, timeout_s: float) -> Account:
    """The person's account, made where there was none. Raises EsiaError; EsiaRefused for a wrong SNILS."""
    transport = Transport(base_url, timeout_s, None)
    try:
        return await transport.post_json(PATH, msgspec.json.encode(invitation), Account)
    finally:
        await transport.close()
