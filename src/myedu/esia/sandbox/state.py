"""What every request handler of the sandbox needs, built once."""

from typing import cast

import msgspec
from starlette.requests import Request

from myedu.esia.sandbox.memory import Memory
from myedu.esia.sandbox.pages import Pages
from myedu.esia.sandbox.people import Cast, Casting, check_people, default_people
from myedu.esia.sandbox.registry import Registry
from myedu.esia.sandbox.settings import SandboxSettings
from myedu.esia.sandbox.tokens import TokenMaker
from myedu.kit.clock import Clock


class Sandbox(msgspec.Struct, frozen=True):
    settings: SandboxSettings
    clock: Clock
    casting: Casting
    registry: Registry
    tokens: TokenMaker
    memory: Memory
    pages: Pages

    @property
    def cast(self) -> Cast:
        """The people as they are now."""
        return self.casting.now

    @staticmethod
    def of(request: Request) -> "Sandbox":
        """The sandbox that this request came to."""
        return cast(Sandbox, request.app.state.sandbox)


def make_sandbox(settings: SandboxSettings, clock: Clock) -> Sandbox:
    people = settings.people if settings.people is not None else default_people()
    check_people(people, "The people of the settings")
    casting = Casting(people)
    return Sandbox(
        settings=settings,
        clock=clock,
        casting=casting,
        registry=Registry(settings.clients),
        tokens=TokenMaker(settings, casting),
        memory=Memory(),
        pages=Pages(),
    )
