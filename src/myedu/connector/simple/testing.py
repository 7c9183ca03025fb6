"""For a vendor's tests: serves a SimpleJournal for the judge.

from myedu.connector.conformance.testing import assert_conforms
from myedu.connector.simple.testing import served

def test_the_rules(tmp_path):
    assert_conforms(served(Journal(), tmp_path), students=["1"])
"""

import secrets
from pathlib import Path

from starlette.applications import Starlette

from myedu.connector.conformance.testing import Build, Visitor
from myedu.connector.sdk.oauth import RegisteredClient
from myedu.connector.simple.app import journal_app
from myedu.connector.simple.export import write_export
from myedu.connector.simple.journal import SimpleJournal
from myedu.kit.clock import Clock, SystemClock


def served(journal: SimpleJournal, folder: Path, *, clock: Clock | None = None) -> Build:
    """A function that makes the application for `assert_conforms`; writes a full package into `folder`.

    Raises WrongRows, Misdeclared.
    """
    clock = clock or SystemClock()
    write_export(journal, folder, now=clock.now(), mode="full")

    def build(visitor: Visitor) -> Starlette:
        return journal_app(
            journal,
            base_url=visitor.base_url,
            clients=[RegisteredClient(visitor.client_id, visitor.public_key_pem)],
            token_key=secrets.token_bytes(32),
            exports=folder,
            clock=clock,
        )

    return build
