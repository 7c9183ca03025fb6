"""A stand-in for ESIA: a small real server with invented people, which verifies every signature."""

from myedu.esia.sandbox.app import build_sandbox
from myedu.esia.sandbox.people import Cast, InvalidPeople, SandboxPerson, default_people, load_people
from myedu.esia.sandbox.settings import RegisteredClient, SandboxSettings

__all__ = [
    "Cast",
    "InvalidPeople",
    "RegisteredClient",
    "SandboxPerson",
    "SandboxSettings",
    "build_sandbox",
    "default_people",
    "load_people",
]
