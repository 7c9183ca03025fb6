"""Codes of the pilot as a table in a terminal names them; `--json` has the codes."""

from myedu.kit.terminal import tr
from myedu.portal.pilot.models import ContactRole, RegionState


def state_word(state: RegionState) -> str:
    """How far a region is."""
    return {
        "registered": tr("not begun"),
        "joining": tr("is being connected"),
        "connected": tr("works"),
        "paused": tr("paused"),
    }[state]


def role_word(role: ContactRole) -> str:
    """For what a contact is there."""
    return {
        "authority": tr("authority"),
        "technical": tr("technical support"),
        "vendor": tr("vendor"),
        "on-call": tr("at any hour"),
    }[role]


def trouble_word(code: str) -> str:
    """What needs a deed."""
    return {
        "silent": tr("the journal is silent"),
        "rests": tr("the journal is not asked now"),
        "export-late": tr("no export in time"),
        "export-never": tr("no export yet"),
        "export-failed": tr("the export failed"),
        "held": tr("a package waits"),
        "unavailable": tr("requests without an answer"),
        "report-failed": tr("report not passed"),
        "report-old": tr("old report"),
        "report-missing": tr("no report"),
        "key-ends": tr("a key ends"),
        "no-system": tr("no journal"),
        "no-officer": tr("no officer"),
        "schools": tr("schools not verified"),
        "posts": tr("posts not verified"),
    }[code]
