"""The registered systems, with what is computed of them once."""

from urllib.parse import urlsplit

import msgspec

from myedu.esia.sandbox.errors import Code, OauthFault
from myedu.esia.sandbox.settings import RegisteredClient
from myedu.esia.signing import Verifier, certificate_hash, gost_available, load_verifier


class Client(msgspec.Struct, frozen=True):
    """A registered system and its keys: `verifiers` and `hashes` of all its certificates.

    `certificate_hash` is empty if it isn't set and this machine can't compute it; version 2 is then closed.
    """

    registered: RegisteredClient
    verifiers: tuple[Verifier, ...]
    certificate_hash: str
    hashes: tuple[str, ...] = ()

    def may_redirect_to(self, address: str) -> bool:
        """Whether the host of the address is registered. Path and port may be any, http and https both."""
        try:
            parts = urlsplit(address)
            return parts.scheme in ("http", "https") and parts.hostname in self.registered.redirect_domains
        except ValueError:
            return False


class Registry:
    """The registered systems by their mnemonics."""

    def __init__(self, clients: tuple[RegisteredClient, ...]) -> None:
        self._clients = {client.mnemonic: _client(client) for client in clients}

    def find(self, mnemonic: str) -> Client:
        """The system. Raises OauthFault 007005 if it isn't registered."""
        client = self._clients.get(mnemonic)
        if client is None:
            raise OauthFault(Code.NOT_AUTHORISED)
        return client


def _client(registered: RegisteredClient) -> Client:
    if not registered.certificate:
        return Client(registered, (), "")
    files = (registered.certificate, *registered.more_certificates)
    known_hash = registered.certificate_hash
    if not known_hash and gost_available():
        known_hash = certificate_hash(registered.certificate)
    more = map(certificate_hash, registered.more_certificates) if gost_available() else ()
    hashes = tuple(filter(None, (known_hash, *more)))
    return Client(registered, tuple(map(load_verifier, files)), known_hash, hashes)
