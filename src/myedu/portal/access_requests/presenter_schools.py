"""Connected regions and schools in words: for the landing page, the search, and the form of a request."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link
from myedu.portal.access_requests import links
from myedu.portal.access_requests.models import ConnectedRegion, FoundSchools
from myedu.portal.access_requests.schools import LEAST_LETTERS, SCHOOLS_A_PAGE, is_query, region_lines
from myedu.portal.access_requests.views import SchoolRow, SchoolsView, SearchView
from myedu.portal.access_requests.words import moment, school_place
from myedu.portal.people.models import ConnectedSchool
from myedu.portal.people.service import MOST_SCHOOLS

_MOST_TO_CHOOSE = 20


def schools_title(words: Words) -> str:
    """The title of the search page."""
    return words.gettext("Connected regions and schools")


def schools_view(
    words: Words, regions: Sequence[ConnectedRegion], query: str, found: FoundSchools
) -> SchoolsView:
    """A page of found schools. Director, e-mail and telephone are not shown."""
    _ = words.gettext
    rows = tuple(school_row(words, one, None, found.since) for one in found.schools)
    pages = -(-found.total // SCHOOLS_A_PAGE)
    return SchoolsView(
        regions=region_lines(words, regions),
        search=SearchView(
            action=links.SCHOOLS,
            query=query,
            hidden=(),
            schools=rows,
            text=_found_text(words, query, found.total),
            earlier=Link(label=_("Back"), href=links.page(links.SCHOOLS, found.page - 1, q=query))
            if found.page > 1 and found.total
            else None,
            later=Link(label=_("Further"), href=links.page(links.SCHOOLS, found.page + 1, q=query))
            if found.page < pages
            else None,
        ),
        back=Link(label=_("To the first page"), href="/"),
    )


def search_view(
    words: Words,
    query: str,
    found: Sequence[ConnectedSchool],
    action: str,
    hidden: tuple[tuple[str, str], ...],
    *,
    child: str,
) -> SearchView:
    """The search of a form: each school is a link that chooses it."""
    rows = tuple(school_row(words, one, child) for one in found[:_MOST_TO_CHOOSE])
    text = _found_text(words, query, len(found))
    if len(found) > _MOST_TO_CHOOSE:
        text = words.gettext("Found: {n}. Add the town or the number.").format(n=len(found))
    return SearchView(action=action, query=query, hidden=hidden, schools=rows, text=text)


def school_row(
    words: Words, school: ConnectedSchool, child: str | None, since: Mapping[str, datetime] | None = None
) -> SchoolRow:
    """A school. `child`: for whom it may be chosen; `since`: of systems."""
    _ = words.gettext
    key = (school.region, school.system_id, school.organization_id)
    note = _("confirmed by the head") if school.is_confirmed else _("the head has not confirmed it yet")
    at = (since or {}).get(school.system_id)
    if at is not None:
        note = f"{_('connected since {day}').format(day=_day(words, at))}, {note}"
    choose = None if child is None else Link(label=school.name, href=links.ask(child, school=key))
    return SchoolRow(name=school.name, place=school_place(words, school), note=note, choose=choose)


def _found_text(words: Words, query: str, total: int) -> str:
    _ = words.gettext
    if not query:
        return ""
    if not is_query(query):
        return _("Write at least {n} letters.").format(n=LEAST_LETTERS)
    if not total:
        return _(
            "No connected school is found. Write a part of the name, the number or the town; if there is "
            "still none, the school or its region is not connected yet: ask the school when it will be."
        )
    if total >= MOST_SCHOOLS:
        return _("More than {n} schools are found: add the town or the number.").format(n=MOST_SCHOOLS)
    return _("Found: {n}").format(n=total)


def _day(words: Words, at: datetime) -> str:
    return moment(words, at).split(" ")[0]
