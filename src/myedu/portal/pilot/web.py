"""/pilot for operators, /region for a region's officers. Each handler parses, calls the service, renders."""

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.kit.csv_file import csv_pieces
from myedu.kit.web.languages import words_for
from myedu.kit.web.pages import PageView
from myedu.kit.web.paging import page_number
from myedu.kit.web.responses import AnyRequest, csv_file, html_page, redirect
from myedu.portal.context import AppContext, FromContext
from myedu.portal.people.models import Viewer
from myedu.portal.pilot import deeds, files, forms, links, presenter, presenter_region, service, store
from myedu.portal.pilot.models import Card, Contact, NoSuchRegion
from myedu.portal.pilot.service import Reader, Side
from myedu.portal.signed_in import checked_form, session_token, signed_in_page
from myedu.portal.verification import service as verification

_BOTH = (f"{links.PILOT}/{{region:str}}", f"{links.REGION}/{{region:str}}")
_LONGEST_QUERY = 100


def _below(part: str) -> list[str]:
    return [f"{base}{part}" for base in _BOTH]


@get(links.PILOT)
async def overview(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """All regions, those that need a deed first; `q` looks for one."""
    viewer, facts = await service.overview(context, session_token(request))
    words = words_for(request, context.words)
    page = _page(request, context, words.gettext("The pilot"), viewer, "operator")
    query = (request.query_params.get("q") or "")[:_LONGEST_QUERY]
    return html_page(context, "pilot/overview.html", page, presenter.overview_view(words, facts, query))


@get(links.REGION)
async def home(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """An officer's region; who has several chooses."""
    officer = await service.home(context, session_token(request))
    if len(officer.regions) == 1:
        return redirect(f"{links.REGION}/{officer.regions[0].code}")
    words = words_for(request, context.words)
    page = _page(request, context, words.gettext("My regions"), officer.viewer, "officer")
    return html_page(context, "pilot/choose.html", page, presenter.choose_view(words, officer))


@get(_below(""))
async def region(request: AnyRequest, context: FromContext, region: FromPath[str]) -> Response[bytes]:
    """One region: its readiness, its systems, its card."""
    who = await _reader(request, context, region, "region")
    found = await service.region_page(context, who)
    words = words_for(request, context.words)
    page = _page(request, context, presenter_region.region_title(words, found), who.viewer, who.side)
    return html_page(context, "pilot/region.html", page, presenter_region.region_view(words, who, found))


@get(_below("/schools"))
async def schools(request: AnyRequest, context: FromContext, region: FromPath[str]) -> Response[bytes]:
    """The schools without a verified account of the legal entity."""
    who, number = (
        await _reader(request, context, region, "schools"),
        page_number(request.query_params.get("page")),
    )
    found = await service.region_page(context, who)
    rows = await service.missing_schools(context, who, number)
    words = words_for(request, context.words)
    title = _titled(
        words.gettext("Schools without an account: {region}"), presenter_region.region_title(words, found)
    )
    page = _page(request, context, title, who.viewer, who.side)
    view = presenter_region.schools_list(words, who, rows, found.facts, number)
    return html_page(context, "pilot/list.html", page, view)


@get(_below("/teachers"))
async def teachers(request: AnyRequest, context: FromContext, region: FromPath[str]) -> Response[bytes]:
    """The posts that nobody has verified."""
    who, number = (
        await _reader(request, context, region, "teachers"),
        page_number(request.query_params.get("page")),
    )
    found = await service.region_page(context, who)
    rows = await service.missing_posts(context, who, number)
    words = words_for(request, context.words)
    title = _titled(
        words.gettext("Staff without an account: {region}"), presenter_region.region_title(words, found)
    )
    page = _page(request, context, title, who.viewer, who.side)
    view = presenter_region.teachers_list(words, who, rows, found.facts, number)
    return html_page(context, "pilot/list.html", page, view)


@get(_below("/schools.csv"))
async def schools_file(request: AnyRequest, context: FromContext, region: FromPath[str]) -> Stream:
    """All of these schools as a file."""
    who = await _reader(request, context, region, "schools.csv")
    await service.note_file(context, who, "schools.csv")
    words = words_for(request, context.words)
    rows = files.school_rows(words, service.every_missing_school(context.database, who.region))
    return csv_file(f"schools-{who.region}.csv", csv_pieces(files.school_columns(words), rows))


@get(_below("/teachers.csv"))
async def teachers_file(request: AnyRequest, context: FromContext, region: FromPath[str]) -> Stream:
    """All of these posts as a file."""
    who = await _reader(request, context, region, "teachers.csv")
    await service.note_file(context, who, "teachers.csv")
    words = words_for(request, context.words)
    posts = service.every_missing_post(context.database, who.region)
    return csv_file(f"teachers-{who.region}.csv", verification.missing_csv(words, posts))


@get(f"{links.PILOT}/{{region:str}}/card")
async def card(request: AnyRequest, context: FromContext, region: FromPath[str]) -> Response[bytes]:
    """The form of a region's card."""
    who = await _reader(request, context, region, "card")
    return _card_form(request, context, who, forms.form_of(await _card(context, who)))


@post(f"{links.PILOT}/{{region:str}}/card", status_code=HTTP_303_SEE_OTHER)
async def change_card(request: AnyRequest, context: FromContext, region: FromPath[str]) -> Response[bytes]:
    """Change the card; what is wrong is said above the form."""
    who, fields = await _form(request, context, region, "card")
    form = forms.typed_card(fields)
    try:
        changed = forms.changed_card(await _card(context, who), form)
    except forms.FormProblem as problem:
        return _card_form(request, context, who, form, problem.sentence)
    who = await service.reader_now(context, session_token(request), who.side, region, "card")
    async with context.database.transaction() as conn:
        await deeds.change_card(conn, _by(who), changed, context.clock.now())
    return redirect(presenter_region.links_for(who).page)


@get(_below("/contacts"))
async def contacts(request: AnyRequest, context: FromContext, region: FromPath[str]) -> Response[bytes]:
    """The region's contacts, each in its form."""
    who = await _reader(request, context, region, "contacts")
    return await _contacts_form(request, context, who)


@post(_below("/contacts"), status_code=HTTP_303_SEE_OTHER)
async def add_contact(request: AnyRequest, context: FromContext, region: FromPath[str]) -> Response[bytes]:
    """Add a contact."""
    return await _keep_contact(request, context, region, None)


@post(_below("/contacts/{contact_id:int}"), status_code=HTTP_303_SEE_OTHER)
async def change_contact(
    request: AnyRequest, context: FromContext, region: FromPath[str], contact_id: FromPath[int]
) -> Response[bytes]:
    """Change a contact, or remove it: the button says which."""
    return await _keep_contact(request, context, region, contact_id)


@post(f"{links.REGION}/{{region:str}}/publication", status_code=HTTP_303_SEE_OTHER)
async def publication(request: AnyRequest, context: FromContext, region: FromPath[str]) -> Response[bytes]:
    """The region agrees that its conformance reports are for everyone, or ends that."""
    who, fields = await _form(request, context, region, "publication")
    who = await service.reader_now(context, session_token(request), who.side, region, "publication")
    async with context.database.transaction() as conn:
        agreed = fields.get("agreed") == "1"
        await deeds.publish(conn, _by(who), who.region, context.clock.now(), agreed=agreed)
    return redirect(presenter_region.links_for(who).page)


ROUTES = [
    overview,
    home,
    region,
    schools,
    teachers,
    schools_file,
    teachers_file,
    card,
    change_card,
    contacts,
    add_contact,
    change_contact,
    publication,
]


async def _keep_contact(
    request: AnyRequest, context: AppContext, region: str, contact_id: int | None
) -> Response[bytes]:
    who, fields = await _form(request, context, region, "contacts")
    form = forms.typed_contact(fields, contact_id)
    now, by = context.clock.now(), _by(who)
    try:
        async with context.database.transaction() as conn:
            if contact_id is not None and fields.get("deed") == "remove":
                await deeds.remove_contact(conn, by, who.region, contact_id, now)
            elif contact_id is not None:
                await deeds.change_contact(conn, by, who.region, contact_id, forms.checked_contact(form), now)
            else:
                await deeds.add_contact(conn, by, who.region, forms.checked_contact(form), now)
    except (forms.FormProblem, deeds.TooManyContacts) as problem:
        return await _contacts_form(request, context, who, form, problem)
    return redirect(presenter_region.links_for(who).contacts)


async def _contacts_form(
    request: AnyRequest,
    context: AppContext,
    who: Reader,
    typed: forms.ContactForm | None = None,
    problem: forms.FormProblem | deeds.TooManyContacts | None = None,
) -> Response[bytes]:
    found = await _contacts(context, who)
    words = words_for(request, context.words)
    sentence = ""
    if isinstance(problem, forms.FormProblem):
        sentence = words.gettext(problem.sentence)
    elif problem is not None:
        sentence = words.gettext("The region has as many contacts as it may: remove one first.")
    page = _page(request, context, words.gettext("Contacts of the region"), who.viewer, who.side)
    view = presenter_region.contacts_view(words, who, found, typed, sentence)
    return html_page(context, "pilot/contacts.html", page, view, status=422 if problem else 200)


def _card_form(
    request: AnyRequest, context: AppContext, who: Reader, form: forms.CardForm, problem: str = ""
) -> Response[bytes]:
    words = words_for(request, context.words)
    page = _page(request, context, words.gettext("The card of the region"), who.viewer, who.side)
    view = presenter_region.card_form(words, who, form, words.gettext(problem) if problem else "")
    return html_page(context, "pilot/card.html", page, view, status=422 if problem else 200)


async def _card(context: AppContext, who: Reader) -> Card:
    async with context.database.connection() as conn:
        found = await store.card(conn, who.region)
    if found is None:
        raise NoSuchRegion
    return found


async def _contacts(context: AppContext, who: Reader) -> list[Contact]:
    async with context.database.connection() as conn:
        return await store.contacts(conn, who.region)


async def _reader(request: AnyRequest, context: AppContext, region: str, page: str) -> Reader:
    return await service.reader(context, session_token(request), _side(request), region, page)


async def _form(
    request: AnyRequest, context: AppContext, region: str, deed: str
) -> tuple[Reader, dict[str, str]]:
    """Only after the viewer was checked: for others nothing is here, whatever they send."""
    who = await _reader(request, context, region, deed)
    fields = await checked_form(request, context)
    return who, fields


def _by(who: Reader) -> deeds.By:
    return deeds.By(who.side, who.viewer.account_id)


def _side(request: AnyRequest) -> Side:
    return "operator" if request.scope["path"].startswith(f"{links.PILOT}/") else "officer"


def _page(request: AnyRequest, context: AppContext, title: str, viewer: Viewer, side: Side) -> PageView:
    words = words_for(request, context.words)
    return signed_in_page(
        request,
        context,
        title,
        viewer,
        area="operator" if side == "operator" else "region",
        section=links.PILOT if side == "operator" else links.REGION,
        zone_note=words.gettext("All times are Moscow times"),
    )


def _titled(text: str, name: str) -> str:
    return text.format(region=name)
