"""The error pages of a sign-in: what happened and what to do."""

from urllib.parse import quote

import msgspec

from myedu.esia.errors import EsiaAnswerWrong, EsiaError, EsiaRefused
from myedu.kit.i18n import Words
from myedu.kit.web.pages import ErrorView, Link
from myedu.portal.identity.models import AttemptProblem, RightsUnconfirmed

ENTER = "/enter"
_HELP = "/help/diary-not-found"  # of the room access_requests, which stands above this one
RETRY_SECONDS = 60  # ESIA's restarts take minutes; an earlier attempt would fail too


class Failure(msgspec.Struct, frozen=True):
    """An error page. `retry_after`: in seconds, for the header."""

    title: str
    view: ErrorView
    status: int
    retry_after: int | None = None


def attempt_failure(words: Words, problem: AttemptProblem) -> Failure:
    """The page for a sign-in that can't be finished."""
    _ = words.gettext
    texts: dict[AttemptProblem, str] = {
        "unknown": _("This sign-in was not begun here, or it was begun long ago."),
        "other-browser": _("This sign-in was begun in another browser, or the browser keeps no cookies."),
        "used": _("This sign-in has been used already."),
        "expired": _("The sign-in took too long."),
    }
    return Failure(_("The sign-in was not finished"), _again(words, texts[problem]), status=400)


def esia_failure(words: Words, error: EsiaError) -> Failure:
    """The page for ESIA's failure, refusal, or an answer that can't be trusted."""
    _ = words.gettext
    if isinstance(error, EsiaRefused):
        text = _(error.message)
        if not error.for_user:
            # What the portal asked for is named in its log, beside this code.
            code = f"ESIA-{error.code}" if error.code else error.error
            text = _(
                "{sentence} You have done nothing wrong, and another attempt changes nothing: tell the "
                "portal's support the code {code}."
            ).format(sentence=text, code=code)
        return Failure(_("ESIA refused the sign-in"), _again(words, text), status=403)
    if isinstance(error, EsiaAnswerWrong):
        text = _(
            "ESIA's answer could not be verified, so you were not signed in. The operator has been notified."
        )
        return Failure(_("The sign-in was not finished"), _again(words, text), status=403)
    text = _("ESIA does not answer now. The portal works: try to sign in again in a minute.")
    return Failure(_("ESIA does not answer"), _again(words, text), status=503, retry_after=RETRY_SECONDS)


def unconfirmed_failure(words: Words, leave_esia: str) -> Failure:
    """The page for a person whom ESIA has not verified, so that no child may be shown.

    `leave_esia`: ends the session at ESIA, which would sign the next person in with the same account.
    """
    _ = words.gettext
    text = _(
        "A diary is shown only to a person whom ESIA has checked. Confirm your account: in the application "
        "of a bank, at a service centre, or with an electronic signature. Then sign in here again."
    )
    action = Link(label=_("Sign in with another account"), href=leave_esia)
    more = Link(label=_("Why a diary is not found"), href=_HELP)
    return Failure(_("Confirm your ESIA account"), ErrorView(text=text, action=action, more=more), status=403)


def unconfirmed_rights(words: Words, error: RightsUnconfirmed, back: str) -> Failure:
    """The page for an operator whose role ESIA doesn't confirm now. `back`: the page that was asked for."""
    _ = words.gettext
    title = _("ESIA has not confirmed your rights")
    if error.why == "esia-silent":
        text = _(
            "ESIA confirms the rights of staff and operators once a day, and before every decision. It does "
            "not answer now, so nothing was done. Try again in a minute."
        )
        view = ErrorView(text=text, action=Link(label=_("Try again"), href=back))
        return Failure(title, view, status=503, retry_after=RETRY_SECONDS)
    text = _(
        "ESIA confirms the rights of staff and operators once a day, and before every decision. In this "
        "session it does so no longer, so nothing was done. Sign in again."
    )
    enter = f"{ENTER}?next={quote(back, safe='')}"
    return Failure(title, ErrorView(text=text, action=Link(label=_("Sign in"), href=enter)), status=403)


def _again(words: Words, text: str) -> ErrorView:
    return ErrorView(text=text, action=Link(label=words.gettext("Start the sign-in again"), href=ENTER))
