"""States and reasons of posts in words: for lists, for the head who can do something, for the person."""

from datetime import date

from myedu.kit.i18n import Words
from myedu.portal.verification.staff_models import StaffPost, StaffState


def state_text(words: Words, state: StaffState) -> str:
    """The state as one word."""
    texts: dict[StaffState, str] = {
        "verified": words.pgettext("staff", "verified"),
        "waiting": words.pgettext("staff", "waiting"),
        "differing": words.pgettext("staff", "differing"),
    }
    return texts[state]


def reason_title(words: Words, reason: str) -> str:
    """The reason in a few words, for lists and files."""
    _ = words.gettext
    titles = {
        "post-ended": _("the post has ended"),
        "declined-by-head": _("declined by the head"),
        "snils-missing": _("no SNILS in the export"),
        "snils-of-another": _("the SNILS is another person's too"),
        "twice-in-export": _("twice in the export"),
        "two-at-esia": _("two people at ESIA"),
        "name-differs": _("the name differs"),
        "birth-date-differs": _("the birth date differs"),
        "not-employed-at-esia": _("ESIA names no employee any more"),
        "school-unconfirmed": _("the school is not confirmed"),
        "not-signed-in": _("has not signed in yet"),
        "unknown-at-esia": _("ESIA names no such employee"),
        "account-unconfirmed": _("the account at ESIA is not confirmed"),
        "head-not-confirmed": _("the head has not confirmed"),
    }
    return titles.get(reason, reason)


def role_text(words: Words, role: str) -> str:
    """The role of a post (contract.tables.STAFF_ROLES)."""
    _ = words.gettext
    known = {
        "teacher": _("Teacher"),
        "class_teacher": _("Class teacher"),
        "head": _("Head of the school"),
        "deputy": _("Deputy head"),
        "administrator": _("Administrator"),
    }
    return known.get(role, role)


def reason_for_head(words: Words, post: StaffPost, reason: str) -> str:
    """The reason, and what the head can do."""
    _ = words.gettext
    if reason == "name-differs":
        return _(
            "In the export: {export}; at ESIA: {esia}. Correct the journal, or confirm that this is one"
            " person."
        ).format(export=post.name, esia=post.esia_name)
    if reason == "birth-date-differs" and post.birth_date and post.esia_birth_date:
        return _(
            "Born in the export: {export}; at ESIA: {esia}. Correct the journal, or confirm that this is one"
            " person."
        ).format(export=_date(words, post.birth_date), esia=_date(words, post.esia_birth_date))
    sentences = {
        "post-ended": _(
            "The export says that this post has ended. If the person still works here, correct it in the"
            " journal: the next export brings it back, and you confirm it again."
        ),
        "declined-by-head": _("You have declined this post. If that was a mistake, confirm it."),
        "snils-missing": _(
            "The export has no SNILS of this person, so nobody can be found at ESIA. Enter it in the journal."
        ),
        "snils-of-another": _(
            "The export gives this SNILS to another person too. Correct it in the journal: the portal doesn't"
            " guess whose it is."
        ),
        "twice-in-export": _(
            "The export has this person twice. Join the two in the journal, or confirm that they are one"
            " person."
        ),
        "two-at-esia": _(
            "The SNILS and the number of ESIA in the export are of two people. Correct them in the journal."
        ),
        "not-employed-at-esia": _(
            "ESIA no longer names this person as an employee of the school. If they work here, invite them in"
            " the school's profile at ESIA."
        ),
        "not-signed-in": _(
            "ESIA has said nothing of this person here yet. Ask them to sign in to the portal once."
        ),
        "unknown-at-esia": _(
            "ESIA doesn't name this person as an employee of the school. Invite them in the school's profile"
            " at ESIA."
        ),
        "account-unconfirmed": _(
            "The account at ESIA is not confirmed. The person confirms it in the application of a bank, at a"
            " service centre, or with an electronic signature."
        ),
        "head-not-confirmed": _("The export and ESIA agree. Only your word is missing."),
    }
    return sentences.get(reason) or reason_title(words, reason)


def reason_for_person(words: Words, reason: str) -> str:
    """The reason, and who can do something, for the person of the post."""
    _ = words.gettext
    sentences = {
        "post-ended": _(
            "The school's export says that your post has ended. If you work there, ask the school to correct"
            " its journal."
        ),
        "declined-by-head": _("The head of the school has said that this post isn't yours. Ask the head."),
        "snils-of-another": _(
            "The school's export gives your SNILS to another person too. Ask the school to correct its"
            " journal."
        ),
        "twice-in-export": _(
            "The school's export has you twice. Ask the head to confirm that it is you, or the school to"
            " correct its journal."
        ),
        "two-at-esia": _(
            "The SNILS and the number of ESIA in the school's export are of two people. Ask the school to"
            " correct its journal."
        ),
        "name-differs": _(
            "Your name in the school's export is not the one at ESIA. Ask the school to correct its journal,"
            " or the head to confirm that it is you."
        ),
        "birth-date-differs": _(
            "Your birth date in the school's export is not the one at ESIA. Ask the school to correct its"
            " journal, or the head to confirm that it is you."
        ),
        "not-employed-at-esia": _(
            "ESIA no longer names you as an employee of this school. Ask the head to invite you in the"
            " school's profile at ESIA; then sign in here again."
        ),
        "school-unconfirmed": _(
            "The head of the school has not confirmed the school here yet. Ask the head to sign in to the"
            " portal for the school."
        ),
        "account-unconfirmed": _(
            "The account at ESIA is not confirmed. The person confirms it in the application of a bank, at a"
            " service centre, or with an electronic signature."
        ),
        "head-not-confirmed": _(
            "The head of the school has to confirm you. That is one button on the head's page «Staff»."
        ),
    }
    not_named = _(
        "ESIA doesn't name you as an employee of this school. Ask the head to invite you in the school's"
        " profile at ESIA; then sign in here again."
    )
    return sentences.get(reason, not_named)


def _date(words: Words, day: date) -> str:
    return words.date_numeric(day)
