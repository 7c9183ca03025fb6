"""Codes of what goes wrong between the portal and a journal, in an operator's words, with their runbook."""

from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link
from myedu.portal.operators.runbooks import About, section_of


def trouble(words: Words, code: str) -> str:
    """One sentence about a code; of an unknown one that there is no more to say than the code."""
    _ = words.gettext
    return {
        "unreachable": _("No connection to the journal came about."),
        "timeout": _("The journal did not answer in time."),
        "stalled": _("The answer began and did not end."),
        "cut": _("The connection broke off."),
        "failed": _("The journal says that it is broken."),
        "overloaded": _("The journal says that it has too much to do."),
        "busy": _("More reads came than the journal answers at a time."),
        "resting": _("It failed too often and is not asked for a while."),
        "slow": _("The answer took longer than a page waits."),
        "certificate": _("The journal's certificate can't be trusted."),
        "unauthorized": _("The journal does not accept the portal's client id or key."),
        "forbidden": _("The journal does not allow this method to the portal."),
        "refused": _("The journal refuses the portal's request."),
        "no-account": _("The journal knows pupils by their ESIA account, and this pupil has none."),
        "clock-skew": _("The clocks of the journal and of the portal differ."),
        "not-found": _("The journal does not know this pupil."),
        "no-such-post": _("The journal does not know this teacher."),
        "not-registered": _("The journal is paused, or not registered."),
        "forbidden-address": _("The journal's address leads into a private network; nothing was sent."),
        "wrong-student": _("The answer was about another pupil and was thrown away."),
        "wrong-teacher": _("The answer was about another teacher and was thrown away."),
        "redirect": _("The journal sends the portal to another address."),
        "cursor-gone": _("The feed of changes has to be read from its beginning."),
    }.get(code) or _of_family(words, code)


def _of_family(words: Words, code: str) -> str:
    if code.startswith(("wrong-", "not-", "too-", "endless-")):
        return words.gettext("The answer breaks the contract and was thrown away.")
    return words.gettext("No words are known for this code.")


def runbook_link(words: Words, code: str, about: About = "region-down") -> Link | None:
    """What to do about a code; None if no runbook says."""
    section = section_of(code, about)
    if section is None:
        return None
    return Link(label=words.gettext("What to do: {code}").format(code=code), href=section.href)
