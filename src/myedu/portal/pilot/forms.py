"""What the forms of a card and of its contacts hold, and what may be wrong with it."""

import re
from collections.abc import Mapping
from datetime import date

import msgspec

from myedu.kit.i18n import message as _
from myedu.portal.pilot.models import CONTACT_ROLES, STATES, Card, NewContact

_OID = re.compile(r"[0-9]{1,20}")
_EMAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()\-–]{3,30}(?:доб\.? ?[0-9]{1,6})?")
_LONGEST_NAME, _LONGEST_NOTES, _MOST_OIDS = 200, 4000, 20

WRONG_STATE = _("Choose a state from the list.")
WRONG_DAYS = _("An export is due every 1 to 31 days: write a whole number.")
LONG_NOTES = _("The notes are too long.")
WRONG_DAY = _("The day is none: choose it from the calendar, or write it as 2026-12-01.")
WRONG_OIDS = _("An organisation's number at ESIA has digits only; several are kept apart by commas.")
WRONG_ROLE = _("Choose from the list what the contact is for.")
NO_NAME = _("Write the contact's name.")
NO_ADDRESS = _("Write an e-mail or a phone number.")
WRONG_EMAIL = _("This is no e-mail address: write it as name@example.ru.")
WRONG_PHONE = _("This is no phone number: write it as +7 423 200-00-00.")
SENTENCES = (
    WRONG_STATE,
    WRONG_DAYS,
    LONG_NOTES,
    WRONG_DAY,
    WRONG_OIDS,
    WRONG_ROLE,
    NO_NAME,
    NO_ADDRESS,
    WRONG_EMAIL,
    WRONG_PHONE,
)
"""What may be wrong with a form; message ids, and sentences of the terminal."""


class FormProblem(Exception):
    """What is wrong with a form; `sentence` is a message id."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class CardForm(msgspec.Struct, frozen=True):
    """A card as it is typed."""

    state: str
    joined_on: str
    export_days: str
    authority: str
    notes: str


class ContactForm(msgspec.Struct, frozen=True):
    """A contact as it is typed. `id`: None for a new one."""

    id: int | None
    role: str
    name: str
    email: str
    phone: str


def form_of(card: Card) -> CardForm:
    """The form with a card's values."""
    return CardForm(
        state=card.state,
        joined_on=card.joined_on.isoformat() if card.joined_on else "",
        export_days=str(card.export_days),
        authority=", ".join(card.authority_oids),
        notes=card.notes,
    )


def typed_card(fields: Mapping[str, str]) -> CardForm:
    """The form of a request."""
    return CardForm(**{name: fields.get(name, "").strip() for name in CardForm.__struct_fields__})


def typed_contact(fields: Mapping[str, str], id: int | None) -> ContactForm:
    """The form of a request."""
    names = ("role", "name", "email", "phone")
    return ContactForm(id=id, **{name: fields.get(name, "").strip() for name in names})


def changed_card(before: Card, form: CardForm) -> Card:
    """The card with the form's values. Raises FormProblem."""
    states = {state: state for state in STATES}
    if form.state not in states:
        raise FormProblem(WRONG_STATE)
    if (
        not form.export_days.isascii()
        or not form.export_days.isdigit()
        or not 1 <= int(form.export_days[:4]) <= 31
    ):
        raise FormProblem(WRONG_DAYS)
    if len(form.notes) > _LONGEST_NOTES:
        raise FormProblem(LONG_NOTES)
    return msgspec.structs.replace(
        before,
        state=states[form.state],
        joined_on=_day(form.joined_on),
        export_days=int(form.export_days),
        authority_oids=authority_oids(form.authority),
        notes=form.notes.replace("\r\n", "\n"),
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FormProblem(WRONG_DAY) from None


def authority_oids(text: str) -> list[str]:
    """The numbers of organisations at ESIA in a text, by commas or spaces. Raises FormProblem."""
    found = re.split(r"[\s,;]+", text.strip()) if text.strip() else []
    if len(found) > _MOST_OIDS or not all(_OID.fullmatch(oid) for oid in found):
        raise FormProblem(WRONG_OIDS)
    return list(dict.fromkeys(found))


def checked_contact(form: ContactForm) -> NewContact:
    """The contact. Raises FormProblem."""
    roles = {role: role for role in CONTACT_ROLES}
    if form.role not in roles:
        raise FormProblem(WRONG_ROLE)
    if not form.name or len(form.name) > _LONGEST_NAME or not form.name.isprintable():
        raise FormProblem(NO_NAME)
    if not form.email and not form.phone:
        raise FormProblem(NO_ADDRESS)
    if form.email and (len(form.email) > _LONGEST_NAME or not _EMAIL.fullmatch(form.email)):
        raise FormProblem(WRONG_EMAIL)
    if form.phone and not _PHONE.fullmatch(form.phone):
        raise FormProblem(WRONG_PHONE)
    return NewContact(role=roles[form.role], name=form.name, email=form.email, phone=form.phone)
