"""Codes of the pilot in people's words."""

from datetime import datetime

from myedu.kit.i18n import Words
from myedu.portal.operators.models import ConformanceOf
from myedu.portal.pilot.models import Card, ContactRole, RegionState, Trouble
from myedu.portal.pilot.readiness import ZONE
from myedu.portal.region_names import region_name


def name_of(words: Words, card: Card) -> str:
    """A region's name: as its card has it, in English that of the list."""
    return region_name(words, card.code) if words.language == "en" else card.name


def state_words(words: Words, state: RegionState) -> tuple[str, str]:
    """A region's own state, and its tone."""
    _ = words.gettext
    return {
        "registered": (_("not begun"), ""),
        "joining": (_("is being connected"), "info"),
        "connected": (_("works"), "good"),
        "paused": (_("paused"), ""),
    }[state]


def role_words(words: Words, role: ContactRole) -> str:
    """For what a contact is there."""
    _ = words.gettext
    return {
        "authority": _("the region's authority"),
        "technical": _("technical support"),
        "vendor": _("vendor of the journal"),
        "on-call": _("at any hour"),
    }[role]


def moment(words: Words, at: datetime) -> str:
    """Date and time in Moscow."""
    local = at.astimezone(ZONE)
    return f"{words.date_numeric(local.date())} {words.time(local)}"


def since(words: Words, at: datetime, now: datetime) -> str:
    """How long ago, in one unit: «3 дня», «4 ч», «20 мин»."""
    seconds = max(int((now - at).total_seconds()), 0)
    if seconds >= 24 * 3600:
        days = seconds // (24 * 3600)
        return words.ngettext("{number} day", "{number} days", days).format(number=days)
    if seconds >= 3600:
        return words.gettext("{number} h").format(number=seconds // 3600)
    return words.gettext("{number} min").format(number=max(seconds // 60, 1))


def trouble_words(words: Words, one: Trouble, now: datetime) -> str:
    """What needs a deed, in a few words; of which system, if the region has several is said by the caller."""
    _ = words.gettext
    ago = since(words, one.at, now) if one.at else ""
    match one.code:
        case "silent":
            return _("the journal has not answered for {time}").format(time=ago)
        case "rests":
            return _("the journal does not answer")
        case "export-late":
            return _("no export for {time}").format(time=ago)
        case "export-never":
            return _("there was no export yet")
        case "export-failed":
            return _("the last export failed")
        case "held":
            return _("a package waits for the operator's decision")
        case "unavailable":
            return _("nothing was shown at {number} % of reads in a day").format(number=one.number)
        case "report-failed":
            return _("the conformance report is not passed")
        case "report-old":
            return _("the conformance report is {number} days old").format(number=one.number)
        case "report-missing":
            return _("there is no conformance report")
        case "key-ends":
            day = words.date_numeric(one.at.astimezone(ZONE).date()) if one.at else ""
            return _("the system's key ends on {day}").format(day=day)
        case "no-system":
            return _("no journal is registered")
        case "no-officer":
            return _("the authority's number at ESIA is not on the card: nobody of the region can sign in")
        case "schools":
            text = words.ngettext(
                "{number} school without an ESIA account",
                "{number} schools without an ESIA account",
                one.number,
            )
        case _:
            text = words.ngettext("{number} post not verified", "{number} posts not verified", one.number)
    return text.format(number=grouped(one.number))


def trouble_tag(words: Words, one: Trouble) -> str:
    """One word for the kind of trouble."""
    _ = words.gettext
    if one.code in ("silent", "rests"):
        return _("silent")
    if one.code in ("export-late", "export-never", "export-failed", "no-system"):
        return _("no data")
    if one.code in ("held", "no-officer"):
        return _("waits")
    if one.code in ("schools", "posts"):
        return _("accounts")
    return _("check")


def report_words(words: Words, report: ConformanceOf | None) -> str:
    """A conformance report in a line."""
    _ = words.gettext
    if report is None:
        return _("no report yet")
    day = words.date_numeric(report.judged_at.astimezone(ZONE).date())
    text = _("passed on {day}") if report.exit_status == 0 else _("not passed on {day}")
    failed = report.counts.get("failed", 0)
    rules = _("rules broken: {number} of {all}").format(number=failed, all=sum(report.counts.values()))
    return f"{text.format(day=day)}, {rules}"


def grouped(number: int) -> str:
    """A number with its thousands apart: 12 345."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")
