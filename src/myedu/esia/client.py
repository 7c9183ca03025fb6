"""The relying party's side of ESIA: sign in, verify the id token, read the person's data.

async with esia_client(settings, clock) as esia:
    url = await esia.authorization_url(state := new_state(), verifier := new_code_verifier())
    ...                                    # the user comes back with `code` and the same `state`
    tokens = await esia.exchange(code, verifier)
    claims = await esia.verify(tokens)
    person = await esia.person(tokens, claims)
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from hmac import compare_digest
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import aiohttp
import msgspec

from myedu.esia.claims import organisation_of_token, state_in_code, verify_id_token
from myedu.esia.errors import EsiaAnswerWrong
from myedu.esia.models import (
    EsiaBranch,
    EsiaEmployee,
    EsiaGroup,
    EsiaKid,
    EsiaOrganisation,
    EsiaPerson,
    EsiaRole,
    Tokens,
    VerifiedClaims,
)
from myedu.esia.parameters import Parameters, new_code_verifier, new_state, request_signer
from myedu.esia.settings import EsiaSettings
from myedu.esia.signing import KeyFiles, Signer, Verifier, load_signer, load_verifier
from myedu.esia.transport import NotFound, Transport
from myedu.esia.wire import (
    BranchAnswer,
    Collection,
    Element,
    EmployeeAnswer,
    GroupAnswer,
    OrganisationAnswer,
    PersonAnswer,
    Read,
    RoleAnswer,
    TokenAnswer,
    elements_of,
    to_branch,
    to_employee,
    to_group,
    to_kid,
    to_organisation,
    to_person,
    to_role,
)
from myedu.kit.clock import Clock

_MOST_FETCHED = 500
"""Elements of a collection that are fetched one by one: more employees than a school has."""
_LAST_PART = re.compile(r"/([\w-]{1,64})/?$")

__all__ = ["EsiaClient", "esia_client", "new_code_verifier", "new_state"]


def esia_client(
    settings: EsiaSettings, clock: Clock, session: aiohttp.ClientSession | None = None
) -> "EsiaClient":
    """A client with the keys that the settings name; it opens a session of its own if none is given.

    Raises ValueError for a file that holds no usable key, SigningUnavailable for GOST without its engine.
    """
    signer = load_signer(KeyFiles(key=settings.key, certificate=settings.certificate))
    return EsiaClient(settings, signer, [load_verifier(path) for path in settings.token_keys], clock, session)


class EsiaClient:
    """Every method that calls ESIA raises EsiaUnavailable, EsiaRefused or EsiaAnswerWrong if that fails."""

    def __init__(
        self,
        settings: EsiaSettings,
        signer: Signer,
        verifiers: Sequence[Verifier],
        clock: Clock,
        session: aiohttp.ClientSession | None = None,
    ) -> None:
        self._settings = settings
        self._requests = request_signer(settings, signer)
        self._verifiers = verifiers
        self._clock = clock
        self._transport = Transport(settings.base_url, settings.timeout_s, session)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the session if the client opened it."""
        await self._transport.close()

    async def authorization_url(self, state: str, code_verifier: str, organisation: str | None = None) -> str:
        """Where to send the user's browser.

        Keep the arguments until the user is back; version 1 ignores the second. `organisation`: the oid of
        the one for which the person signs in; with version 2 ESIA asks for it once more.
        """
        parameters = await asyncio.to_thread(
            self._requests.authorization, state, code_verifier, self._clock.now(), organisation
        )
        return f"{self._settings.base_url}{self._requests.authorize_path}?{urlencode(parameters)}"

    async def exchange(self, code: str, code_verifier: str, organisation: str | None = None) -> Tokens:
        """Tokens for the code that the user brought back; a code works once and for four minutes."""
        return await self._tokens(
            await asyncio.to_thread(
                self._requests.exchange, code, code_verifier, self._clock.now(), organisation
            )
        )

    async def system_token(self, organisation: str) -> Tokens:
        """A token of the portal itself, for an organisation that permits it; nobody need be there."""
        return await self._tokens(
            await asyncio.to_thread(self._requests.system, organisation, self._clock.now())
        )

    async def refresh(self, refresh_token: str) -> Tokens:
        """New tokens for a refresh token."""
        return await self._tokens(
            await asyncio.to_thread(self._requests.refresh, refresh_token, self._clock.now())
        )

    def is_code_of(self, code: str, state: str) -> bool:
        """Whether ESIA gave the code for the sign-in of this state. Version 2 proves it by PKCE instead.

        The state in the code is ESIA's: it refuses a code that somebody has changed. A code that doesn't name
        a state, which is ESIA's own affair, counts as right.
        """
        if self._settings.version != "v1":
            return True
        named = state_in_code(code)
        return named is None or compare_digest(named.encode(), state.encode())

    async def verify(self, tokens: Tokens) -> VerifiedClaims:
        """Who has signed in: checks signature, issuer, audience, times and subject of the id token."""
        if tokens.unverified_id_token is None:
            raise EsiaAnswerWrong("ESIA sent no id token. Is `openid` among the scopes?")
        return await asyncio.to_thread(
            verify_id_token,
            tokens.unverified_id_token,
            self._verifiers,
            issuer=self._settings.issuer,
            client_id=self._settings.client_id,
            now=self._clock.now(),
        )

    async def acting_for(self, tokens: Tokens, claims: VerifiedClaims) -> str | None:
        """The organisation (ESIA oid) for which the person has signed in; None: as a private person."""
        return await asyncio.to_thread(
            organisation_of_token,
            tokens.access_token,
            self._verifiers,
            client_id=self._settings.client_id,
            oid=claims.oid,
        )

    def logout_url(self) -> str:
        """Where to send the browser to end the session at ESIA as well."""
        parameters = {"client_id": self._settings.client_id}
        if self._settings.logout_redirect_url:
            parameters["redirect_url"] = self._settings.logout_redirect_url
        return f"{self._settings.base_url}/idp/ext/Logout?{urlencode(parameters)}"

    async def person(self, tokens: Tokens, claims: VerifiedClaims) -> EsiaPerson:
        """The person who has signed in, as far as the scopes allow."""
        answer = await self._transport.get(f"/rs/prns/{claims.oid}", tokens.access_token, PersonAnswer)
        return to_person(answer, oid=claims.oid, level=claims.level)

    async def kids(self, tokens: Tokens, claims: VerifiedClaims) -> list[EsiaKid]:
        """Children in the person's account; empty if ESIA knows none.

        An element that can't be read is left out. Raises EsiaAnswerWrong if that are all of them.
        """
        answer = await self._collection(f"/rs/prns/{claims.oid}/kids?embed=(elements)", tokens)
        return elements_of(answer, PersonAnswer, to_kid)

    async def roles(self, tokens: Tokens, claims: VerifiedClaims) -> list[EsiaRole]:
        """Organisations that the person works for; empty if there are none. They are read as kids are."""
        answer = await self._collection(f"/rs/prns/{claims.oid}/roles", tokens)
        return elements_of(answer, RoleAnswer, to_role)

    async def organisation(self, tokens: Tokens, oid: str) -> EsiaOrganisation:
        """An organisation that the person works for, or that a system's token is for."""
        return to_organisation(
            await self._transport.get(f"/rs/orgs/{oid}", tokens.access_token, OrganisationAnswer)
        )

    async def branches(self, tokens: Tokens, oid: str) -> list[EsiaBranch]:
        """The branches of an organisation."""
        return await self._elements(f"/rs/orgs/{oid}/brhs", "elements", tokens, BranchAnswer, to_branch)

    async def employees(self, tokens: Tokens, oid: str) -> list[EsiaEmployee]:
        """The employees of an organisation; those that can't be read are left out, blocked ones too."""
        path = f"/rs/orgs/{oid}/emps"
        found = await self._elements(path, "elements.person", tokens, EmployeeAnswer, to_employee)
        return [employee for employee in found if not employee.blocked]

    async def groups(self, tokens: Tokens, oid: str, employee: str | None = None) -> list[EsiaGroup]:
        """The groups of an organisation, or of one of its employees."""
        path = f"/rs/orgs/{oid}/grps" if employee is None else f"/rs/orgs/{oid}/emps/{employee}/grps"
        return await self._elements(path, "elements", tokens, GroupAnswer, to_group)

    async def _elements(
        self, path: str, embed: str, tokens: Tokens, into: type[Element], read: Callable[[Element], Read]
    ) -> list[Read]:
        """The elements of a collection, which are fetched one by one where ESIA sends their addresses."""
        answer = await self._collection(f"{path}?embed=({embed})", tokens)
        addresses = answer.addresses()
        if not addresses:
            return elements_of(answer, into, read)
        # Only below the collection: an address of elsewhere must not get the token.
        ids = [found[1] for address in addresses[:_MOST_FETCHED] if (found := _LAST_PART.search(address))]
        raw = [await self._transport.get(f"{path}/{id}", tokens.access_token, msgspec.Raw) for id in ids]
        return elements_of(Collection(raw), into, read)

    async def _collection(self, path: str, tokens: Tokens) -> Collection:
        try:
            return await self._transport.get(path, tokens.access_token, Collection)
        except NotFound:
            return Collection()

    async def _tokens(self, parameters: Parameters) -> Tokens:
        answer = await self._transport.post(self._requests.token_path, parameters, TokenAnswer)
        if answer.state != parameters["state"]:
            raise EsiaAnswerWrong("ESIA's token answer has another state than our request.")
        return Tokens(
            access_token=answer.access_token,
            unverified_id_token=answer.id_token,
            refresh_token=answer.refresh_token,
            expires_at=self._clock.now() + timedelta(seconds=answer.expires_in),
        )
