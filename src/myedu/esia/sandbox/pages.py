"""The sandbox's own pages: plain HTML, no script, one small style sheet."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
from starlette.responses import HTMLResponse

from myedu.esia.sandbox.people import Cast, Organisation, SandboxPerson
from myedu.kit.web.headers import content_policy, security_headers
from myedu.kit.web.templates import template_environment

_ACCOUNTS = {
    "confirmed": "подтверждённая учётная запись",
    "unconfirmed": "неподтверждённая учётная запись",
    "child": "учётная запись ребёнка",
}


class PermissionView(msgspec.Struct, frozen=True):
    """What a person permits a system. `scopes`: names and words of those that are left."""

    person: SandboxPerson
    client_id: str
    scopes: list[tuple[str, str]]


class RoleView(msgspec.Struct, frozen=True):
    """A person's place in an organisation."""

    person: SandboxPerson
    organisation: Organisation
    chief: bool


class Pages:
    """Renders the pages; each method gives a whole response with its status and headers."""

    def __init__(self) -> None:
        self._templates = template_environment({"sandbox": "myedu.esia.sandbox"}, accounts=_ACCOUNTS)
        self._templates.filters["day"] = _day

    def choose(
        self,
        *,
        token: str,
        system: str,
        scopes: Sequence[str],
        people: Sequence[SandboxPerson],
        roles: Mapping[int, Sequence[Organisation]],
        returns_to: str,
    ) -> HTMLResponse:
        """The page on which a person is chosen. `token` goes into its form; `scopes` in words, for the user.

        `roles`: person → organisations for which they may sign in. `returns_to` is the client's origin:
        browsers apply form-action to redirects too.
        """
        values = {
            "token": token,
            "system": system,
            "scopes": scopes,
            "people": people,
            "roles": roles,
            "returns_to": returns_to,
        }
        return self._page("choose.html", form_action=f"'self' {returns_to}", values=values)

    def home(self, people: Cast, systems: Sequence[str]) -> HTMLResponse:
        """The registered systems and the people."""
        return self._page("home.html", values={"people": people.with_accounts(), "systems": systems})

    def permissions(
        self,
        permissions: Sequence[PermissionView],
        roles: Sequence[RoleView],
        organisations: Sequence[Organisation],
        systems: Sequence[str],
    ) -> HTMLResponse:
        """What people and organisations have permitted and whom people work for, with buttons that end it."""
        values = {
            "permissions": permissions,
            "roles": roles,
            "organisations": organisations,
            "systems": systems,
        }
        return self._page("permissions.html", form_action="'self'", values=values)

    def fault(self, description: str) -> HTMLResponse:
        """400 for a fault that must not be sent to the client: its address isn't registered."""
        return self._page("fault.html", 400, values={"description": description})

    def stale(self) -> HTMLResponse:
        """400 for a page of choice that has expired."""
        return self._page("stale.html", 400)

    def signed_out(self) -> HTMLResponse:
        """After signing out without a redirect."""
        return self._page("signed_out.html")

    def missing(self) -> HTMLResponse:
        """404."""
        return self._page("missing.html", 404)

    def _page(
        self,
        name: str,
        status: int = 200,
        *,
        form_action: str = "'none'",
        values: Mapping[str, object] | None = None,
    ) -> HTMLResponse:
        policy = content_policy(style_src="'self'", form_action=form_action)
        headers = security_headers(policy, secure=False, referrer="no-referrer")
        body = self._templates.get_template(f"sandbox/{name}").render(values or {})
        return HTMLResponse(body, status, {"cache-control": "no-store", **headers})


def _day(value: date) -> str:
    return f"{value:%d.%m.%Y}"
