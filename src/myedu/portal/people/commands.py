"""`myedu portal register`: journal systems in a terminal."""

import argparse
from pathlib import Path

from myedu.connector.sdk.client import JournalError
from myedu.connector.sdk.credentials import read_secret
from myedu.contract.answers import PROFILES
from myedu.kit.clock import SystemClock
from myedu.kit.db import Database
from myedu.kit.terminal import tr
from myedu.portal.commands import Command, CommandFailed, with_database
from myedu.portal.context import CommandContext
from myedu.portal.people import service as people
from myedu.portal.people.models import System
from myedu.portal.people.registration import is_base_url, is_region, is_system_id


async def register(
    database: Database,
    system: str,
    region: str,
    name: str,
    base_url: str,
    client_id: str,
    *,
    profile: str | None = None,
    token_url: str | None = None,
    secret_file: Path | None = None,
) -> None:
    """Add a journal system, or change it. Without a profile it speaks the contract.

    `secret_file`: of a client secret, in place of the portal's own key. Raises CommandFailed.
    """
    if not is_system_id(system):
        raise CommandFailed(
            tr(
                "{system} is not the system's id: small letters, digits and -, 2 to 40, such as r25-a",
                system=system,
            )
        )
    if not is_region(region):
        raise CommandFailed(tr("{region} is not the region: its two digits, such as 25", region=region))
    new = System(
        id=system,
        region=region,
        name=name,
        base_url=_checked_url(base_url),
        client_id=client_id,
        profile=_checked_profile(profile),
        token_url=_checked_url(token_url) if token_url else None,
        secret_file=_checked_secret(secret_file) if secret_file else None,
        registered_at=SystemClock().now(),
    )
    try:
        async with database.transaction() as conn:
            await people.register_system(conn, new)
    except people.SystemMoved as error:
        raise CommandFailed(str(error)) from None
    print(tr("{system}: registered, region {region}, {url}", system=system, region=region, url=base_url))


def _checked_url(address: str) -> str:
    if not is_base_url(address):
        raise CommandFailed(
            tr(
                "{address} is not the address of a journal:"
                " write https://host or https://host/path, no / at the end",
                address=address,
            )
        )
    return address


def _checked_profile(profile: str | None) -> str | None:
    if profile is not None and profile not in PROFILES:
        raise CommandFailed(
            tr(
                "no profile {profile}: known is {known}; without one, the contract",
                profile=profile,
                known=", ".join(PROFILES),
            )
        )
    return profile


def _checked_secret(file: Path) -> str:
    """The path; the secret itself stays where it is."""
    try:
        read_secret(file)
    except JournalError as error:
        raise CommandFailed(f"{file}: {error.sentence}") from None
    return str(file.absolute())


async def _register(context: CommandContext, options: argparse.Namespace) -> None:
    await register(
        context.database,
        options.system,
        options.region,
        options.name,
        options.base_url,
        options.client_id,
        profile=options.profile,
        token_url=options.token_url,
        secret_file=options.client_secret_file,
    )


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("system", help=tr("its id here: small letters, digits and -, such as r25-a"))
    parser.add_argument("region", help=tr("the two digits of its region, such as 25; they stay"))
    parser.add_argument("name", help=tr("as operators read it"))
    parser.add_argument("base_url", help=tr("https://host or https://host/path, where it answers"))
    parser.add_argument("client_id", help=tr("what the portal is called there"))
    parser.add_argument("--profile", help=tr("fgis-2021: the federal Schedule; without it, the contract"))
    parser.add_argument("--token-url", help=tr("where tokens come from, if not from BASE_URL/oauth2/token"))
    parser.add_argument("--client-secret-file", type=Path, help=tr("the secret in place of the portal's key"))


COMMANDS = (
    Command(
        name="register",
        help="add a journal system, or change its name or address",
        run=with_database(_register),
        arguments=_arguments,
        programs=("portal", "exports"),
    ),
)
