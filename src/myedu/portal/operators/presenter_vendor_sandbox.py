"""Views of the vendors' sandbox."""

from collections.abc import Sequence
from datetime import datetime

from myedu.kit.i18n import Words
from myedu.kit.web.pages import ErrorView, Link
from myedu.portal.operators import links
from myedu.portal.operators.presenter import package_row, run_view, watch_view
from myedu.portal.operators.vendor_sandbox import (
    PUPILS_A_PAGE,
    AccountFacts,
    Field,
    Registration,
    SystemFacts,
    VendorSandboxFacts,
)
from myedu.portal.operators.views_vendor_sandbox import (
    AccountView,
    FieldView,
    PersonView,
    PupilView,
    VendorSandboxView,
    VendorSystemView,
)
from myedu.portal.people.models import InventedGuardian, InventedPupil
from myedu.portal.region_names import region_name

SUGGESTED = Registration(system="mysystem", base_url="http://127.0.0.1:8090", client_id="portal")
"""What the empty form suggests: the names that `myedu connector new` and its README use."""


def vendor_sandbox_view(
    words: Words, facts: VendorSandboxFacts, given: Registration = SUGGESTED, wrong: Sequence[Field] = ()
) -> VendorSandboxView:
    """The form with the values as they were given; `wrong`: fields that have to be corrected."""
    _ = words.gettext
    return VendorSandboxView(
        action=links.VENDOR_SANDBOX,
        problems=_problems(words, wrong),
        fields=_fields(words, given, wrong),
        key_text=_("Your journal lets the portal in by this key; register it there first."),
        key=Link(label=_("The portal's public key (PEM)"), href=links.PORTAL_KEY),
        systems=tuple(
            Link(
                label=f"{system.name} ({system.id})",
                href=links.vendor_system(system.id),
                note=system.base_url,
            )
            for system in facts.systems
        ),
    )


def _fields(words: Words, given: Registration, wrong: Sequence[Field]) -> tuple[FieldView, ...]:
    _ = words.gettext
    corrections = _corrections(words)

    def field(name: Field, label: str, hint: str = "", *, many_lines: bool = False) -> FieldView:
        return FieldView(
            name=name,
            label=label,
            value=getattr(given, name),
            hint=hint,
            problem=corrections[name] if name in wrong else "",
            many_lines=many_lines,
        )

    return (
        field(
            "system",
            _("System"),
            _("A short name in Latin letters, by which the portal keeps your ids apart."),
        ),
        field("region", _("Region"), _("Two digits, for example 25.")),
        field("name", _("Name of the journal")),
        field("base_url", _("Address of the journal"), _("Without /v1: the portal adds it.")),
        field("client_id", _("The portal's name at your journal"), _("The left side of --clients.")),
        field(
            "public_key",
            _("Your public key, if you push packages"),
            _("Leave it empty if the portal fetches them."),
            many_lines=True,
        ),
    )


def _corrections(words: Words) -> dict[Field, str]:
    _ = words.gettext
    return {
        "system": _("Write 2 to 40 small Latin letters, digits and hyphens."),
        "region": _("Write the region's two digits."),
        "name": _("Write a name of up to 200 characters, in one line."),
        "base_url": _("Write https://host or http://127.0.0.1:8090, without a slash at the end."),
        "client_id": _("Write a name of up to 200 characters, in one line."),
        "public_key": _("Paste a public key in PEM: P-256, or RSA from 2048 bits."),
        "moved": _("This system is registered in another region: choose another name for it."),
    }


def _problems(words: Words, wrong: Sequence[Field]) -> tuple[str, ...]:
    """A problem of no single field, or one sentence that fields have problems."""
    if "moved" in wrong:
        return (_corrections(words)["moved"],)
    return (words.gettext("Nothing was registered: correct the lines below."),) if wrong else ()


def system_view(
    words: Words, facts: SystemFacts, now: datetime, portal: str, *, watched: bool
) -> VendorSystemView:
    """One system; `portal`: its address, for the command that pushes a package."""
    _ = words.gettext
    system = facts.system
    address = links.vendor_system(system.id)
    return VendorSystemView(
        facts=(
            (_("System"), f"{system.id} ({region_name(words, system.region)})"),
            (_("Address of the journal"), system.base_url),
            (_("The portal's name at your journal"), system.client_id),
        ),
        pull=links.pull_now(system.id),
        push=f"myedu connector push exports/… {portal} --system {system.id} --key keys/push.pem",
        watch=watch_view(words, address, watched=watched),
        run=run_view(words, facts.line, now),
        packages=tuple(package_row(words, one) for one in facts.packages),
        search=address,
        begins=facts.begins,
        accounts=links.accounts(system.id),
        pupils=tuple(_pupil(words, one) for one in facts.pupils),
        note=_note(words, facts),
    )


def _pupil(words: Words, pupil: InventedPupil) -> PupilView:
    return PupilView(
        group=pupil.group_name or "",
        pupil=_person(words, pupil),
        guardians=tuple(_person(words, one) for one in pupil.guardians),
    )


def _person(words: Words, one: InventedPupil | InventedGuardian) -> PersonView:
    _ = words.gettext
    if not one.is_known:
        problem = _("neither SNILS nor ESIA oid in the export: this person can't sign in")
        return PersonView(person_id=one.person_id, name=one.name, problem=problem)
    return PersonView(person_id=one.person_id, name=one.name, button=_("Make an account"))


def _note(words: Words, facts: SystemFacts) -> str:
    _ = words.gettext
    if len(facts.pupils) == PUPILS_A_PAGE:
        return _("The first {count} are shown: write how the last name begins.").format(count=PUPILS_A_PAGE)
    if facts.pupils:
        return ""
    if facts.begins:
        return _("No last name begins like this.")
    return _("Pupils come with the export: take it in first.")


def about(words: Words, system_name: str) -> str:
    """The note beside a person's name on the sign-in page of the ESIA sandbox."""
    return words.gettext("from the export of {system}").format(system=system_name)


def account_title(words: Words) -> str:
    """The title of the page about a new account."""
    return words.gettext("The account is ready")


def account_view(words: Words, facts: AccountFacts) -> AccountView:
    """How to sign in with the new account."""
    _ = words.gettext
    text = _(
        "{name} can sign in now. Sign out, press «Sign in» and choose this person; or do it in a private"
        " window, then you stay the operator here."
    )
    return AccountView(text=text.format(name=facts.person.name), back=_back(words, facts.system.id))


def no_account(words: Words, system_id: str) -> tuple[str, ErrorView]:
    """Title and view if the ESIA sandbox didn't make an account."""
    _ = words.gettext
    text = _("The sandbox of ESIA made no account. See whether it runs, then try again.")
    return _("There is no account"), ErrorView(text=text, action=_back(words, system_id))


def _back(words: Words, system_id: str) -> Link:
    return Link(label=words.gettext("Back to the system"), href=links.vendor_system(system_id))
