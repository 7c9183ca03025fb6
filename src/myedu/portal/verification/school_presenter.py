"""The head's home in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link
from myedu.portal.identity.service import CHOOSE_ORGANIZATION
from myedu.portal.people.models import SchoolClass
from myedu.portal.region_names import region_name
from myedu.portal.verification import links
from myedu.portal.verification.models import School
from myedu.portal.verification.organization_models import (
    Candidate,
    ClaimsFacts,
    Compared,
    InvitationFacts,
    InvitedEmployee,
    SchoolChoice,
    SchoolHome,
    SchoolRow,
)
from myedu.portal.verification.school_views import (
    CandidateView,
    ChoiceView,
    ClaimRow,
    ClaimsView,
    ClassRow,
    EmployeeView,
    HomeView,
    InvitationView,
    NumberRow,
    SchoolCard,
)

_MOSCOW = ZoneInfo("Europe/Moscow")
_TONES = {"equal": "good", "differs": "bad", "absent": "warn", "unknown": "warn"}


def choice_view(words: Words, facts: SchoolChoice) -> ChoiceView:
    """The candidates, or what to do if there are none."""
    _ = words.gettext
    organization = facts.organization
    numbers = [(_("Organisation in ESIA"), organization.full_name if organization else facts.head.name)]
    ogrn = organization.ogrn if organization else facts.head.ogrn
    numbers.append((_("OGRN"), ogrn or _("not given")))
    if organization:
        numbers.append((_("INN"), organization.inn or _("not given")))
        numbers.append((_("KPP"), organization.kpp or _("not given")))
    return ChoiceView(
        lead=_(
            "Say which school of the regions' exports is your organisation. OGRN and INN repeat, as branches "
            "share them, so nothing is chosen for you."
        ),
        problem=problem_words(words, facts.problem),
        candidates=tuple(
            _candidate(words, one, number, confirmable=facts.problem is None)
            for number, one in enumerate(facts.candidates, 1)
        ),
        columns=(_("At ESIA"), _("In the export"), _("Comparison")),
        nothing="" if facts.candidates else _("No school of any export has these numbers."),
        advice=() if facts.candidates else _advice(words),
        numbers=tuple(numbers),
        action=links.CONFIRM,
        other=Link(label=_("Another organisation of mine"), href=CHOOSE_ORGANIZATION),
        retry=Link(label=_("Try again"), href=links.SCHOOL) if facts.problem else None,
    )


def _advice(words: Words) -> tuple[str, ...]:
    _ = words.gettext
    return (
        _(
            "Ask the vendor of your region's journal to fill in OGRN, INN and KPP of your school in its "
            "export: fields ogrn, inn, kpp of the table organizations."
        ),
        _("If the numbers are there and are others, the school corrects them in the journal."),
        _("If your region isn't connected yet, its schools will be here after its first export."),
        _("After the next export, usually on the next day, open this page again."),
    )


def problem_words(words: Words, problem: str | None) -> str:
    """Why ESIA's facts are missing, and what to do."""
    _ = words.gettext
    known = {
        "permission-withdrawn": _(
            "ESIA doesn't let the portal read your organisation's data: the organisation has to permit it in "
            "its ESIA account. Until then nothing can be confirmed."
        ),
        "esia-refuses": _(
            "ESIA refuses the portal's request. You have done nothing wrong: the operator has to act."
        ),
        "esia-silent": _("ESIA does not answer now, so nothing can be confirmed. Try again in a minute."),
        "esia-unreadable": _(
            "ESIA's answer about your organisation couldn't be read. The operator has been notified."
        ),
    }
    return known.get(problem or "", "")


def withdrawn_words(words: Words, reason: str | None) -> str:
    """Why a confirmation ended."""
    _ = words.gettext
    known = {
        "organization-closed": _("ESIA says that the organisation is closed"),
        "head-changed": _("ESIA no longer names the person who confirmed it as the head"),
        "permission-withdrawn": _("the organisation no longer lets the portal read its data in ESIA"),
    }
    return known.get(reason or "", _("ESIA no longer bears it out"))


def _candidate(words: Words, one: Candidate, number: int, *, confirmable: bool) -> CandidateView:
    _, school = words.gettext, one.school
    may = one.may_be_confirmed and confirmable
    before = ""
    if school.withdrawn_at is not None:
        before = _("It was confirmed until {time}: {reason}. You can confirm it again.").format(
            time=_moment(words, school.withdrawn_at, school.time_zone),
            reason=withdrawn_words(words, school.withdrawn_reason),
        )
    return CandidateView(
        id=f"candidate-{number}",
        name=school.name,
        place=_place(words, school),
        numbers=tuple(_number(words, compared) for compared in one.compared),
        region=school.region,
        system_id=school.system_id,
        organization_id=school.organization_id,
        button=_("This is my school") if may else "",
        button_label=_("This is my school: {name}").format(name=school.name) if may else "",
        reason="" if one.may_be_confirmed else _reason(words, one),
        before=before,
    )


def _reason(words: Words, one: Candidate) -> str:
    """Why a candidate can't be confirmed."""
    _ = words.gettext
    if one.school.taken:
        return _(
            "Another organisation has confirmed this school already. If that is a mistake, write to the "
            "portal's operator: they see both claims."
        )
    if any(pair.field == "kpp" and pair.sameness == "differs" for pair in one.compared):
        return _("The KPP is another one: this is another branch of the same organisation.")
    if one.differs:
        return _("A number is another one: this is another organisation, or the export is wrong.")
    return _("Too little is equal: the export needs the OGRN, or the INN with the KPP.")


def _number(words: Words, pair: Compared) -> NumberRow:
    _ = words.gettext
    labels = {"ogrn": _("OGRN"), "inn": _("INN"), "kpp": _("KPP"), "esia_oid": _("Number in ESIA")}
    verdicts = {
        "equal": _("equal"),
        "differs": _("differs"),
        "absent": _("not in the export"),
        "unknown": _("not given by ESIA"),
    }
    return NumberRow(
        label=labels[pair.field],
        at_esia=pair.at_esia or "—",
        in_export=pair.in_export or "—",
        word=verdicts[pair.sameness],
        tone=_TONES[pair.sameness],
    )


def _place(words: Words, school: SchoolRow) -> str:
    return " · ".join(filter(None, (region_name(words, school.region), school.system_name, school.address)))


def home_view(words: Words, facts: SchoolHome, nav: tuple[Link, ...]) -> HomeView:
    """The school's card, its classes, where to go on."""
    _ = words.gettext
    known, rows = facts.organization, {row.key: row for row in facts.rows}
    employees = _("ESIA's list of employees has not been read yet: it will be in a minute.")
    if known and known.employees_read_at:
        time = _moment(words, known.employees_read_at, facts.schools.schools[0].time_zone)
        employees = _("ESIA's list of employees was read: {time}").format(time=time)
    return HomeView(
        schools=tuple(
            _card(words, school, rows.get(school.key), classes, f"school-{number}")
            for number, (school, classes) in enumerate(
                zip(facts.schools.schools, facts.classes, strict=True), 1
            )
        ),
        employees=employees,
        problem=problem_words(words, known.read_problem) if known else "",
        links_title=_("What to do next"),
        links=(*nav, Link(label=_("Invite the staff"), href=links.INVITATION)),
    )


def _card(
    words: Words,
    school: School,
    row: SchoolRow | None,
    classes: Sequence[SchoolClass],
    id: str,
) -> SchoolCard:
    _, found = words.gettext, classes
    shown = [(_("Region"), region_name(words, school.region))]
    if row is not None:
        shown += [(_("Journal"), row.system_name)]
        shown += [
            (label, value)
            for label, value in (
                (_("Address"), row.address),
                (_("OGRN"), row.ogrn),
                (_("INN"), row.inn),
                (_("KPP"), row.kpp),
            )
            if value
        ]
        if row.confirmed_at is not None:
            shown += [(_("Confirmed"), _moment(words, row.confirmed_at, school.time_zone))]
    pupils = sum(one.pupils for one in found)
    title = words.ngettext("{n} class", "{n} classes", len(found)).format(n=len(found))
    return SchoolCard(
        id=id,
        name=school.name,
        state=_("verified"),
        facts=tuple(shown),
        classes_title=f"{title}, {_pupils(words, pupils)}" if found else _("Classes"),
        classes=tuple(ClassRow(name=one.name, pupils=_pupils(words, one.pupils)) for one in found),
        no_classes="" if found else _("The school's export has no classes of this year."),
    )


def _pupils(words: Words, count: int) -> str:
    return words.ngettext("{n} pupil", "{n} pupils", count).format(n=count)


def invitation_view(words: Words, facts: InvitationFacts, address: str) -> InvitationView:
    """The text to copy, and who has signed in."""
    _ = words.gettext
    here = sum(one.has_signed_in for one in facts.employees)
    school = facts.schools.schools[0].name
    return InvitationView(
        lead=_("Copy the text into a message, or print the page and put it up in the staff room."),
        text=(
            _("{school} works in «Моё образование», the section of the state portal.").format(school=school),
            _("1. Open {address}").format(address=address),
            _(
                "2. Press «Sign in with ESIA» and use your own account of a private person; it must be "
                "confirmed."
            ),
            _("3. ESIA asks for your consent: agree, also to «organisations that you work for»."),
            _("4. You see your day and your classes after the head has confirmed you."),
            _(
                "If the portal doesn't find you, tell the school's office: SNILS, name and birth date in the "
                "journal must be those of ESIA."
            ),
        ),
        text_label=_("Text of the invitation"),
        summary=_("Signed in: {here} of {all}").format(here=here, all=len(facts.employees)),
        employees=tuple(_employee(words, one) for one in facts.employees),
        nothing=""
        if facts.employees
        else _("ESIA's list of employees has not been read yet: it will be in a minute."),
        back=Link(label=_("My school"), href=links.SCHOOL),
    )


def _employee(words: Words, one: InvitedEmployee) -> EmployeeView:
    _, person = words.gettext, one.employee
    name = " ".join(filter(None, (person.last_name, person.first_name, person.middle_name)))
    return EmployeeView(
        name=name or _("Number in ESIA: {oid}").format(oid=person.oid),
        position=person.position or "",
        state=_("has signed in") if one.has_signed_in else _("has not signed in yet"),
        tone="good" if one.has_signed_in else "warn",
    )


def claims_view(words: Words, facts: ClaimsFacts) -> ClaimsView:
    """What an operator has to look at."""
    _ = words.gettext
    pages = []
    if facts.number > 1:
        pages.append(Link(label=_("Newer"), href=f"{links.OPERATORS_SCHOOLS}?page={facts.number - 1}"))
    if facts.has_more:
        pages.append(Link(label=_("Older"), href=f"{links.OPERATORS_SCHOOLS}?page={facts.number + 1}"))
    return ClaimsView(
        claims_lead=_(
            "Heads who claimed a school that another organisation has. Ask both schools and the region which "
            "one it is; the export's numbers decide."
        ),
        claims=tuple(
            ClaimRow(
                title=claim.school_name or claim.organization_id,
                text=_("{region}: claimed by {organization} ({oid}), confirmed for {other}").format(
                    region=region_name(words, claim.region),
                    organization=claim.organization_name,
                    oid=claim.esia_oid,
                    other=claim.confirmed_for or _("nobody now"),
                ),
                time=_moment(words, claim.claimed_at, None),
            )
            for claim in facts.claims
        ),
        no_claims=_("No school was claimed twice."),
        withdrawals=tuple(
            ClaimRow(
                title=one.name,
                text=f"{region_name(words, one.region)}: {withdrawn_words(words, one.withdrawn_reason)}",
                time=_moment(words, one.withdrawn_at, None),
            )
            for one in facts.withdrawals
        ),
        no_withdrawals=_("No confirmed school was withdrawn."),
        pages=tuple(pages),
    )


def status_words(words: Words, query: Mapping[str, str]) -> str:
    """What has just happened, by the parameter of the address."""
    _ = words.gettext
    if "confirmed" in query:
        return _("The school is confirmed. You can invite the staff now.")
    if "taken" in query:
        return _("Not confirmed: another organisation has this school already. The operator sees your claim.")
    if "esia" in query:
        return _("Not confirmed: ESIA didn't give your organisation's numbers. Try again in a minute.")
    return ""


def _moment(words: Words, at: datetime, time_zone: str | None) -> str:
    local = at.astimezone(ZoneInfo(time_zone) if time_zone else _MOSCOW)
    return f"{words.day_month(local.date())} {local.year}, {words.time(local)}"
