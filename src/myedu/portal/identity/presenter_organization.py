"""The page on which a head chooses the organisation for which they sign in."""

from collections.abc import Sequence
from urllib.parse import urlencode

from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link, View
from myedu.portal.identity.models import ActingRole
from myedu.portal.identity.presenter import ENTER

ORGANIZATION = f"{ENTER}/organization"
HEADS_HOME = "/school"
"""Of the room `verification`, which is above."""


class OrganizationView(View, frozen=True):
    """The organisations that the viewer leads; `nothing` stands in their place if there are none."""

    lead: str
    organizations: tuple[Link, ...]
    nothing: str
    advice: tuple[str, ...]
    back: Link


def organization_title(words: Words) -> str:
    """The title of the page."""
    return words.gettext("Sign in for an organisation")


def organization_view(words: Words, roles: Sequence[ActingRole]) -> OrganizationView:
    """The page."""
    _ = words.gettext
    led = [role for role in roles if role.chief]
    return OrganizationView(
        lead=_(
            "To work as the head of your school, sign in for its legal entity: ESIA asks for your consent "
            "once more."
        ),
        organizations=tuple(
            Link(
                label=_("Sign in for {organization}").format(organization=role.name),
                href=f"{ENTER}?{urlencode({'organization': role.oid, 'next': HEADS_HOME})}",
            )
            for role in led
        ),
        nothing="" if led else _("ESIA names no organisation that you lead."),
        advice=()
        if led
        else (
            _("The school's legal entity must be registered in ESIA, and you must be its head there."),
            _("A new head is entered by the tax service; then the head joins the organisation in ESIA."),
            _("When ESIA shows you as the head, sign out here and sign in again."),
        ),
        back=Link(label=_("To the children"), href="/children"),
    )
