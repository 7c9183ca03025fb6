"""The diary's pages: each handler parses, asks the service once, has it put into words and rendered."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER
from markupsafe import Markup
from msgspec.structs import replace

from myedu.contract.answers import FileLink
from myedu.kit.i18n import Words
from myedu.portal.answers import (
    LANGUAGE_COOKIE,
    html_page,
    local_path,
    own_address,
    page_view,
    redirect,
    text_fields,
    words_for,
)
from myedu.portal.diary import api, links
from myedu.portal.diary.api import AnyRequest, FromDiary, session_token
from myedu.portal.diary.models import ChildFacts, DiaryFacts, Family
from myedu.portal.diary.parse import day_of, supposed_mark
from myedu.portal.diary.presenter_family import family_view
from myedu.portal.diary.presenter_homework import homework_view
from myedu.portal.diary.presenter_lessons import task_view
from myedu.portal.diary.presenter_look import enter_title, enter_view, look_title, look_view
from myedu.portal.diary.presenter_marks import marks_view, subject_view
from myedu.portal.diary.presenter_page import child_page, plain_page
from myedu.portal.diary.presenter_source import silence
from myedu.portal.diary.presenter_today import today_title, today_view
from myedu.portal.diary.presenter_week import week_view
from myedu.portal.diary.scene import Scene, scene_of
from myedu.portal.diary.sections import Section, Sections, key_of, right_until
from myedu.portal.diary.service import DiaryService
from myedu.portal.federation.models import Fresh, Outcome
from myedu.portal.identity.csrf import FIELD, check_form, csrf_token
from myedu.portal.look import COOKIE as LOOK_COOKIE
from myedu.portal.look import choose_look, look_cookie
from myedu.portal.pages import ErrorView, PageView
from myedu.portal.tools import FromTools, Tools

LOOK_LASTS = timedelta(days=400)  # the longest that browsers keep a cookie
_BY_HTMX = "hx-request"
_SECTIONS = Sections()


@get("/")
async def home(request: AnyRequest, tools: FromTools, diary: FromDiary) -> Response[bytes]:
    """The landing page; whoever has signed in is led to their children, or a pupil to the own day."""
    family = await diary.who(session_token(request))
    if family is None:
        words = words_for(request, tools.words)
        page = page_view(request, tools, enter_title(words))
        return html_page(tools, "diary/enter.html", page, enter_view(words))
    if len(family.students) == 1 and family.students[0].relation == "self":
        return redirect(links.today(family.students[0].child))
    return redirect(links.CHILDREN)


@get(links.CHILDREN)
async def children(request: AnyRequest, tools: FromTools, diary: FromDiary) -> Response[bytes]:
    """«Все». A card whose journal is late asks for itself: `wait` names the child."""
    awaited = request.query_params.getall(links.WAIT, [])
    patient = {UUID(child) for child in awaited if _is_uuid(child)}
    facts = await diary.family(session_token(request), patient=patient)
    words = words_for(request, tools.words)
    page = _family_page(request, tools, words, words.gettext("Children"), facts.family, "children")
    return html_page(tools, "diary/family.html", page, family_view(words, facts, patient))


@get("/c/{child:uuid}", sync_to_thread=False)
def child_home(child: FromPath[UUID]) -> Response[bytes]:
    return redirect(links.today(child))


@get("/c/{child:uuid}/today")
async def today(
    request: AnyRequest, tools: FromTools, diary: FromDiary, child: FromPath[UUID]
) -> Response[bytes]:
    facts = await diary.today(session_token(request), child, patient=_waits(request))
    scene = _scene(request, tools, facts)
    page = _child_page(request, tools, scene, today_title(scene), facts, "today", facts.diary)
    return html_page(tools, "diary/today.html", page, today_view(scene, facts))


@get("/c/{child:uuid}/week")
async def running_week(
    request: AnyRequest, tools: FromTools, diary: FromDiary, child: FromPath[UUID]
) -> Response[bytes]:
    facts = await diary.week(session_token(request), child, None, patient=_waits(request))
    return _week(request, tools, diary, facts)


@get("/c/{child:uuid}/week/{day:str}")
async def week(
    request: AnyRequest, tools: FromTools, diary: FromDiary, child: FromPath[UUID], day: FromPath[str]
) -> Response[bytes]:
    """The week of any of its days."""
    token, waits = session_token(request), _waits(request)
    facts = await diary.week(token, child, day_of(day), decoded=False, patient=waits)
    return _week(request, tools, diary, facts)


def _week(request: AnyRequest, tools: Tools, diary: DiaryService, facts: DiaryFacts) -> Response[bytes]:
    scene = _scene(request, tools, facts)
    page = _child_page(request, tools, scene, "", facts, "week", facts.diary)
    section = _week_section(tools, diary, scene, facts, page)
    page = replace(page, title=section.title)
    template = "diary/_week.html" if _BY_HTMX in request.headers else "diary/week.html"
    return html_page(tools, template, page, section.html, headers={"vary": "HX-Request"})


def _week_section(
    tools: Tools, diary: DiaryService, scene: Scene, facts: DiaryFacts, page: PageView
) -> Section:
    """A fresh copy's section is kept; what is said of a silent journal changes with every failure."""
    key = None
    if isinstance(facts.diary, Fresh):
        key = key_of(scene, facts.window.first, facts.diary.body)
        section = _SECTIONS.find(key, scene.now)
        if section is not None:
            return section
    facts = diary.decoded(facts)
    view = week_view(scene, facts)
    html = Markup(tools.pages.render("diary/_week_section.html", page, view))  # noqa: S704 - escaped by Jinja
    if key is None or not isinstance(facts.diary, Fresh):
        return Section(view.title, html, scene.now, scene.now)
    section = Section(view.title, html, scene.now, right_until(scene, facts.diary.value))
    _SECTIONS.keep(key, section)
    return section


@get("/c/{child:uuid}/homework")
async def homework(
    request: AnyRequest, tools: FromTools, diary: FromDiary, child: FromPath[UUID]
) -> Response[bytes]:
    facts = await diary.homework(session_token(request), child, patient=_waits(request))
    scene = _scene(request, tools, facts)
    title = scene.words.gettext("Homework")
    page = _child_page(request, tools, scene, title, facts, "homework", facts.diary)
    return html_page(tools, "diary/homework.html", page, homework_view(scene, facts))


@post("/c/{child:uuid}/homework/{rest:path}", status_code=HTTP_303_SEE_OTHER)
async def tick(
    request: AnyRequest, tools: FromTools, diary: FromDiary, child: FromPath[UUID], rest: FromPath[str]
) -> Response[bytes]:
    """`…/{homework id}/done`: «Сделано» and back. A path, because an id of the contract may hold a slash."""
    token = session_token(request)
    form = await text_fields(request)
    check_form(token, form.get(FIELD), request.headers, tools.settings.base_url)
    homework_id = rest.removeprefix("/").removesuffix("/done")
    facts = await diary.tick(token, child, homework_id, done=form.get("done") == "1")
    back = local_path(form.get("back"))
    if _BY_HTMX not in request.headers:
        return redirect(back)
    scene = scene_of(words_for(request, tools.words), facts, back)
    done = {homework_id} if facts.done else set()
    view = task_view(scene, facts.homework, done=done, may_tick=True)
    page = page_view(request, tools, "", path=back, csrf=csrf_token(token or ""))
    return html_page(tools, "diary/_task.html", page, view, headers={"vary": "HX-Request"})


@get("/c/{child:uuid}/files/{file_id:path}")
async def file(
    request: AnyRequest, tools: FromTools, diary: FromDiary, child: FromPath[UUID], file_id: FromPath[str]
) -> Response[bytes]:
    """An attachment: the browser goes to the journal's short-lived link."""
    facts = await diary.file(session_token(request), child, file_id.removeprefix("/"))
    if isinstance(facts.link, FileLink):
        return redirect(facts.link.url)
    scene = _scene(request, tools, facts)
    said = silence(scene, facts.link)
    page = _child_page(request, tools, scene, said.title, facts, "homework", facts.link)
    return html_page(tools, "portal/error.html", page, ErrorView(text=said.text, action=said.retry))


@get("/c/{child:uuid}/marks")
async def marks(
    request: AnyRequest, tools: FromTools, diary: FromDiary, child: FromPath[UUID]
) -> Response[bytes]:
    token, period = session_token(request), request.query_params.get("period")
    facts = await diary.marks(token, child, period, patient=_waits(request))
    scene = _scene(request, tools, facts)
    page = _child_page(request, tools, scene, scene.words.gettext("Marks"), facts, "marks", facts.marks)
    return html_page(tools, "diary/marks.html", page, marks_view(scene, facts))


@get("/c/{child:uuid}/subjects/{subject_id:path}")
async def subject(
    request: AnyRequest,
    tools: FromTools,
    diary: FromDiary,
    child: FromPath[UUID],
    subject_id: FromPath[str],
) -> Response[bytes]:
    """One subject; with `value` and `weight` it answers «А если получу…»."""
    query = request.query_params
    supposed = supposed_mark(query.get("value"), query.get("weight"))
    token, subject_id = session_token(request), subject_id.removeprefix("/")
    facts = await diary.subject(token, child, subject_id, query.get("period"), patient=_waits(request))
    scene = _scene(request, tools, facts)
    title = facts.subject or scene.words.gettext("Subject")
    page = _child_page(request, tools, scene, title, facts, "marks", facts.marks)
    return html_page(tools, "diary/subject.html", page, subject_view(scene, facts, supposed))


@get(links.LOOK)
async def look(request: AnyRequest, tools: FromTools, diary: FromDiary) -> Response[bytes]:
    """«Вид»: for everybody, signed in or not."""
    family = await diary.who(session_token(request))
    words = words_for(request, tools.words)
    page = _family_page(request, tools, words, look_title(words), family)
    back = local_path(request.query_params.get("back"))
    view = look_view(words, page.look, back=back, languages=tools.words)
    return html_page(tools, "diary/view.html", page, view)


@post(links.LOOK, status_code=HTTP_303_SEE_OTHER)
async def choose(request: AnyRequest, tools: FromTools) -> Response[bytes]:
    """Keep the look and the language in cookies, and lead back to where the person was."""
    form = await text_fields(request)
    check_form(session_token(request), form.get(FIELD), request.headers, tools.settings.base_url)
    chosen = choose_look(form.get("theme", ""), form.get("size", ""), form.get("wide", ""))
    answer = redirect(local_path(form.get("back")))
    _keep(answer, tools, LOOK_COOKIE, look_cookie(chosen))
    if form.get("language") in tools.words:
        _keep(answer, tools, LANGUAGE_COOKIE, form["language"])
    return answer


ROUTES = [
    home,
    children,
    child_home,
    today,
    running_week,
    week,
    homework,
    tick,
    file,
    marks,
    subject,
    look,
    choose,
    *api.ROUTES,
]


def _scene(request: AnyRequest, tools: Tools, facts: ChildFacts) -> Scene:
    path = links.plain(own_address(request))
    return scene_of(words_for(request, tools.words), facts, path, patient=_waits(request))


def _waits(request: AnyRequest) -> bool:
    """Whether the page waits for the journal, or shows a copy at once and asks again by itself."""
    return links.WAIT in request.query_params


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _child_page(
    request: AnyRequest,
    tools: Tools,
    scene: Scene,
    title: str,
    facts: ChildFacts,
    section: str,
    outcome: Outcome[Any],
) -> PageView:
    csrf = csrf_token(session_token(request) or "")
    page = page_view(request, tools, title, path=scene.path, csrf=csrf)
    return child_page(page, scene, facts, section, outcome)


def _family_page(
    request: AnyRequest, tools: Tools, words: Words, title: str, family: Family | None, section: str = ""
) -> PageView:
    token = session_token(request)
    path = links.plain(own_address(request))
    page = page_view(request, tools, title, path=path, csrf=csrf_token(token) if token else "")
    return plain_page(page, words, family, section) if family else page


def _keep(answer: Response[bytes], tools: Tools, name: str, value: str) -> None:
    answer.set_cookie(
        name,
        value,
        path="/",
        max_age=int(LOOK_LASTS.total_seconds()),
        secure=tools.settings.is_secure,
        httponly=True,
        samesite="lax",
    )
