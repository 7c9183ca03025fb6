"""The parts of a running sandbox, which every handler of requests gets."""

from typing import cast

import msgspec
from starlette.requests import Request

from myedu.esia.sandbox.pages import Pages
from myedu.esia.sandbox.people import AccountRegistry, Cast, check_people, default_people
from myedu.esia.sandbox.permission_store import PermissionStore
from myedu.esia.sandbox.registry import Registry
from myedu.esia.sandbox.settings import SandboxSettings
from myedu.esia.sandbox.token_store import TokenStore
from myedu.esia.sandbox.tokens import TokenIssuer
from myedu.kit.clock import Clock


class Sandbox(msgspec.Struct, frozen=True):
    """One running sandbox."""

    settings: SandboxSettings
    clock: Clock
    accounts: AccountRegistry
    registry: Registry
    tokens: TokenIssuer
    token_store: TokenStore
    permissions: PermissionStore
    pages: Pages

    @property
    def cast(self) -> Cast:
        """The people as they are now."""
        return self.accounts.cast

    @staticmethod
    def of_request(request: Request) -> "Sandbox":
        """The sandbox that serves this request."""
        return cast(Sandbox, request.app.state.sandbox)


def make_sandbox(settings: SandboxSettings, clock: Clock) -> Sandbox:
    """Reads the keys and checks the people. Raises InvalidPeople, ValueError, SigningUnavailable."""
    people = settings.people if settings.people is not None else default_people()
    check_people(people, "The people of the settings")
    accounts = AccountRegistry(people)
    return Sandbox(
        settings=settings,
        clock=clock,
        accounts=accounts,
        registry=Registry(settings.clients),
        tokens=TokenIssuer(settings, accounts),
        token_store=TokenStore(),
        permissions=PermissionStore(),
        pages=Pages(),
    )
