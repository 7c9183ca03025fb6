"""Makes accounts of invented people at an ESIA sandbox. The real ESIA has no such method."""

from datetime import date
from typing import Literal

import msgspec

from myedu.esia.transport import Transport

PATH = "/sandbox/people"
"""Of the method, below the sandbox's address."""


class AccountRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The person who shall be able to sign in, with a SNILS or an oid at least.

    `about` is shown beside the name on the page where a person is chosen.
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
    """The account that the sandbox has made or had already."""

    oid: int


async def create_account(base_url: str, account: AccountRequest, *, timeout_s: float) -> Account:
    """The person's account; makes it if there is none. Raises EsiaError: EsiaRefused for a wrong SNILS."""
    transport = Transport(base_url, timeout_s, None)
    try:
        return await transport.post_json(PATH, msgspec.json.encode(account), Account)
    finally:
        await transport.close()
