"""The programs that the demo and the vendor sandbox share: ESIA sandbox, portal, the portal's worker."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from myedu.demo.keys import Keys
from myedu.demo.people import OPERATOR
from myedu.demo.programs import Program, Supervisor
from myedu.esia.sandbox.people import Cast
from myedu.esia.sandbox.settings import RegisteredClient, SandboxSettings

MNEMONIC = "MYEDU"
"""The portal's client_id at ESIA."""
PORTAL_PORT, SANDBOX_PORT = 8000, 8101


def start_esia(
    supervisor: Supervisor,
    folder: Path,
    keys: Keys,
    cast: Cast,
    port: int,
    *,
    open_registration: bool = False,
) -> str:
    """Starts the ESIA sandbox; returns its address.

    `open_registration`: the portal may make accounts there.
    """
    client = RegisteredClient(
        mnemonic=MNEMONIC,
        certificate=keys.portal_at_esia.certificate,
        redirect_domains=("127.0.0.1", "localhost"),
    )
    settings = SandboxSettings(
        clients=(client,), token_keys=keys.esia_tokens, people=cast, open_registration=open_registration
    )
    file = folder / "esia-sandbox.json"
    file.write_bytes(msgspec.json.encode(settings))
    address = f"http://127.0.0.1:{port}"
    supervisor.start(
        Program(
            name="esia-sandbox",
            module="myedu.esia.sandbox",
            arguments=("--port", str(port)),
            settings={"MYEDU_ESIA_SANDBOX": str(file)},
            ready_url=address,
        )
    )
    return address


def portal_settings(database: str, folder: Path, keys: Keys, sandbox: str, port: int) -> dict[str, str]:
    """The portal's environment. An operator is a person of the sandbox's organisation OPERATOR."""
    return {
        "MYEDU_DATABASE_URL": database,
        "MYEDU_BASE_URL": f"http://127.0.0.1:{port}",
        "MYEDU_PORT": str(port),
        "MYEDU_ESIA_URL": sandbox,
        "MYEDU_ESIA_CLIENT_ID": MNEMONIC,
        "MYEDU_ESIA_KEY": keys.portal_at_esia.key,
        "MYEDU_ESIA_CERTIFICATE": keys.portal_at_esia.certificate,
        "MYEDU_ESIA_TOKEN_KEYS": keys.esia_tokens.certificate,
        "MYEDU_JOURNAL_KEY": str(keys.portal_at_journals),
        "MYEDU_COPY_KEYS": str(keys.copies),
        "MYEDU_ALLOW_PRIVATE_JOURNALS": "true",  # they run on this machine
        "MYEDU_SPOOL": str(folder / "spool"),
        "MYEDU_OPERATOR_ORGANISATIONS": str(OPERATOR),
    }


def start_portal(supervisor: Supervisor, settings: Mapping[str, str]) -> str:
    """Starts the portal and its worker; returns the portal's address."""
    address = settings["MYEDU_BASE_URL"]
    supervisor.start(
        Program(name="portal-worker", module="myedu.portal", arguments=("work",), settings=settings),
        Program(
            name="portal",
            module="myedu.portal",
            arguments=("serve",),
            settings=settings,
            ready_url=f"{address}/ready",
        ),
    )
    return address
