"""What people have permitted systems, in memory: granted at a sign-in, withdrawn by the person afterwards."""

from collections.abc import Iterable
from threading import Lock

import msgspec

from myedu.esia.sandbox.tokens import Grant


class Permission(msgspec.Struct, frozen=True):
    """The last grant of a person to a system, and the scopes of it that the person has withdrawn since."""

    grant: Grant
    withdrawn: frozenset[str] = frozenset()

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes that are still permitted, in the order of the grant; empty: nothing is."""
        return tuple(name for name in self.grant.request.scope.split() if name not in self.withdrawn)


class PermissionStore:
    """Can be used from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._permissions: dict[tuple[int, str], Permission] = {}

    def grant(self, grant: Grant) -> None:
        """The person agrees to everything that the request asks for."""
        with self._lock:
            self._permissions[grant.session.oid, grant.request.client_id] = Permission(grant)

    def withdraw(self, oid: int, client_id: str, names: Iterable[str]) -> None:
        """The person takes these scopes back. Without `openid` nothing is left."""
        with self._lock:
            known = self._permissions.get((oid, client_id))
            if known is not None:
                withdrawn = known.withdrawn | set(names)
                if "openid" in withdrawn:
                    withdrawn |= set(known.grant.request.scope.split())
                self._permissions[oid, client_id] = Permission(known.grant, withdrawn)

    def find(self, oid: int, client_id: str) -> Permission | None:
        """The permission, also one that was withdrawn; None if there was none since the sandbox started."""
        return self._permissions.get((oid, client_id))

    def all(self) -> list[tuple[int, str, Permission]]:
        """Each permission of which something is left: person, system, permission."""
        with self._lock:
            return [(*key, kept) for key, kept in self._permissions.items() if kept.scopes]

    def narrowed(self, grant: Grant) -> Grant | None:
        """The grant without withdrawn scopes; None if all are withdrawn."""
        known = self.find(grant.session.oid, grant.request.client_id)
        withdrawn = known.withdrawn if known else frozenset()
        left = [name for name in grant.request.scope.split() if name not in withdrawn]
        if not left:
            return None
        return Grant(msgspec.structs.replace(grant.request, scope=" ".join(left)), grant.session)
