"""The diary's pages: each handler parses, asks the service once, has it put into words and rendered."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.portal.answers import (
    LANGUAGE_COOKIE,
    html_page,
    local_path,
    own_address,
    redirect,
    words_for,
)
from myedu.portal.diary import api, links
from myedu.portal.diary.api import FromDiary
from myedu.portal.diary.models import ChildFacts, DiaryFacts, Family
from myedu.portal.diary.parse import day_of, supposed_mark
from myedu.portal.diary.presenter_family import child_card, family_view
from myedu.portal.diary.presenter_homework import homework_view
from myedu.portal.diary.presenter_lessons import task_view
from myedu.portal.diary.presenter_look import enter_title, enter_view, look_title, look_view
from myedu.portal.diary.presenter_marks import marks_view, subject_view
from myedu.portal.diary.presenter_page import child_page, plain_page
from myedu.portal.diary.presenter_source import age_line
from myedu.portal.diary.presenter_today import today_title, today_view
from myedu.portal.diary.presenter_week import week_view
from myedu.portal.diary.scene import Scene, scene_of
from myedu.portal.federation.models import Outcome
from myedu.portal.identity.csrf import FIELD, check_form, csrf_token
from myedu.portal.identity.models import SESSION_COOKIE
from myedu.portal.look import COOKIE as LOOK_COOKIE
from myedu.portal.look import choose_look, look_cookie, read_look
from myedu.portal.pages import PageView
from myedu.portal.people.models import Student
from myedu.portal.tools import FromTools, Tools

AnyRequest = Request[Any, Any, Any]

LOOK_LASTS = timedelta(days=400)  # the longest that browsers keep a cookie


@get("/")
async def home(request: AnyRequest, tools: FromTools, diary: FromDiary) -> Response[bytes]:
    """The landing page; whoever has signed in is led to their children, or a pupil to the own day."""
    family = await diary.who(_token(request))
    if family is None:
        words = words_for(request, tools.words)
        page = _plain_page(request, tools, enter_title(words), None)
        return _answer(request, tools, "diary/enter.html", page, enter_view(words))
    if len(family.students) == 1 and family.students[0].relation == "self":
        return redirect(links.today(family.students[0].child))
    return redirect(links.CHILDREN)


@get("/children")
async def children(request: AnyRequest, tools: FromTools, diary: FromDiary) -> Response[bytes]:
    """«Все»."""
    facts = await diary.family(_token(request))
    words = words_for(request, tools.words)
    several_zones = len({card.student.time_zone for card in facts.cards}) > 1
    cards = [
        child_card(
            _scene(request, tools, card.student, facts.family),
            card.diary,
            done=card.done,
            seen_at=card.seen_at,
            show_zone=several_zones,
        )
        for card in facts.cards
    ]
    page = _plain_page(request, tools, words.gettext("Children"), facts.family, section="children")
    return _answer(request, tools, "diary/family.html", page, family_view(words, cards))


@get("/c/{child:uuid}")
async def child_home(child: UUID) -> Response[bytes]:
    return redirect(links.today(child))


@get("/c/{child:uuid}/today")
async def today(request: AnyRequest, tools: FromTools, diary: FromDiary, child: UUID) -> Response[bytes]:
    facts = await diary.today(_token(request), child)
    scene = _scene(request, tools, facts.student, facts.family)
    view = today_view(scene, facts.diary, done=facts.done, may_tick=True, seen_at=facts.seen_at)
    page = _child_page(request, scene, facts, facts.diary, title=today_title(scene), section="today")
    return _answer(request, tools, "diary/today.html", page, view)


@get("/c/{child:uuid}/week")
async def running_week(
    request: AnyRequest, tools: FromTools, diary: FromDiary, child: UUID
) -> Response[bytes]:
    return _week(request, tools, await diary.week(_token(request), child, None))


@get("/c/{child:uuid}/week/{day:str}")
async def week(
    request: AnyRequest, tools: FromTools, diary: FromDiary, child: UUID, day: str
) -> Response[bytes]:
    """The week of any of its days."""
    return _week(request, tools, await diary.week(_token(request), child, day_of(day)))


@get("/c/{child:uuid}/homework")
async def homework(request: AnyRequest, tools: FromTools, diary: FromDiary, child: UUID) -> Response[bytes]:
    facts = await diary.homework(_token(request), child)
    scene = _scene(request, tools, facts.student, facts.family)
    view = homework_view(scene, facts.diary, done=facts.done, may_tick=True)
    title = scene.words.gettext("Homework")
    page = _child_page(request, scene, facts, facts.diary, title=title, section="homework")
    return _answer(request, tools, "diary/homework.html", page, view)


@post("/c/{child:uuid}/homework/{rest:path}", status_code=HTTP_303_SEE_OTHER)
async def tick(
    request: AnyRequest, tools: FromTools, diary: FromDiary, child: UUID, rest: str
) -> Response[bytes]:
    """`…/{homework id}/done`: «Сделано» and back. A path, because an id of the contract may hold a slash."""
    token = _token(request)
    form = await request.form()
    check_form(token, form.get(FIELD), request.headers, tools.settings.base_url)
    homework_id = rest.removeprefix("/").removesuffix("/done")
    facts = await diary.tick(token, child, homework_id, done=form.get("done") == "1")
    back = local_path(form.get("back"))
    if "hx-request" not in request.headers:
        return redirect(back)
    scene = scene_of(words_for(request, tools.words), facts.student, facts.family.now, back)
    done = {homework_id} if facts.done else set()
    view = task_view(scene, facts.homework, done=done, may_tick=True)
    page = _child_page(request, scene, facts, None, title="", section="homework")
    return _answer(request, tools, "diary/_task.html", page, view)


@get("/c/{child:uuid}/marks")
async def marks(request: AnyRequest, tools: FromTools, diary: FromDiary, child: UUID) -> Response[bytes]:
    facts = await diary.marks(_token(request), child, request.query_params.get("period"))
    scene = _scene(request, tools, facts.student, facts.family)
    view = marks_view(scene, facts.marks, facts.periods, facts.period, facts.seen_at)
    title = scene.words.gettext("Marks")
    page = _child_page(request, scene, facts, facts.marks, title=title, section="marks")
    return _answer(request, tools, "diary/marks.html", page, view)


@get("/c/{child:uuid}/subjects/{subject_id:path}")
async def subject(
    request: AnyRequest, tools: FromTools, diary: FromDiary, child: UUID, subject_id: str
) -> Response[bytes]:
    """One subject; with `value` and `weight` it answers «А если получу…»."""
    query = request.query_params
    supposed = supposed_mark(query.get("value"), query.get("weight"))
    subject_id = subject_id.removeprefix("/")
    facts = await diary.subject(_token(request), child, subject_id, query.get("period"))
    scene = _scene(request, tools, facts.student, facts.family)
    view = subject_view(scene, facts.marks, subject_id, facts.periods, facts.period, supposed)
    title = facts.subject or scene.words.gettext("Subject")
    page = _child_page(request, scene, facts, facts.marks, title=title, section="marks")
    return _answer(request, tools, "diary/subject.html", page, view)


@get("/view")
async def look(request: AnyRequest, tools: FromTools, diary: FromDiary) -> Response[bytes]:
    """«Вид»: for everybody, signed in or not."""
    family = await diary.who(_token(request))
    words = words_for(request, tools.words)
    view = look_view(
        words,
        read_look(request.cookies.get(LOOK_COOKIE)),
        back=local_path(request.query_params.get("back")),
        languages=tools.words,
    )
    page = _plain_page(request, tools, look_title(words), family)
    return _answer(request, tools, "diary/view.html", page, view)


@post("/view", status_code=HTTP_303_SEE_OTHER)
async def choose(request: AnyRequest, tools: FromTools) -> Response[bytes]:
    """Keep the look and the language in cookies, and lead back to where the person was."""
    form = await request.form()
    check_form(_token(request), form.get(FIELD), request.headers, tools.settings.base_url)
    chosen = choose_look(form.get("theme", ""), form.get("size", ""), form.get("wide", ""))
    answer = redirect(local_path(form.get("back")))
    _keep(answer, tools, LOOK_COOKIE, look_cookie(chosen))
    if form.get("language") in tools.words:
        _keep(answer, tools, LANGUAGE_COOKIE, form["language"])
    return answer


def _week(request: AnyRequest, tools: Tools, facts: DiaryFacts) -> Response[bytes]:
    scene = _scene(request, tools, facts.student, facts.family)
    view = week_view(scene, facts.diary, facts.window)
    page = _child_page(request, scene, facts, facts.diary, title=view.title, section="week")
    return _answer(request, tools, "diary/week.html", page, view, part="diary/_week.html")


def _answer(
    request: AnyRequest, tools: Tools, template: str, page: PageView, view: Any, *, part: str | None = None
) -> Response[bytes]:
    """The page, or for htmx the `part` of it that changes."""
    if part and "hx-request" in request.headers:
        template = part
    return html_page(tools, template, page, view, headers={"vary": "HX-Request"})


def _token(request: AnyRequest) -> str | None:
    return request.cookies.get(SESSION_COOKIE)


def _scene(request: AnyRequest, tools: Tools, student: Student, family: Family) -> Scene:
    return scene_of(words_for(request, tools.words), student, family.now, own_address(request))


def _child_page(
    request: AnyRequest,
    scene: Scene,
    facts: ChildFacts,
    outcome: Outcome[Any] | None,
    *,
    title: str,
    section: str,
) -> PageView:
    return child_page(
        scene,
        title=title,
        viewer=facts.family.viewer,
        students=facts.family.students,
        section=section,
        look=read_look(request.cookies.get(LOOK_COOKIE)),
        csrf=csrf_token(_token(request) or ""),
        age=age_line(scene, outcome) if outcome else "",
    )


def _plain_page(
    request: AnyRequest, tools: Tools, title: str, family: Family | None, *, section: str = ""
) -> PageView:
    token = _token(request)
    return plain_page(
        words_for(request, tools.words),
        title=title,
        path=own_address(request),
        now=tools.clock.now(),
        look=read_look(request.cookies.get(LOOK_COOKIE)),
        viewer=family.viewer if family else None,
        students=family.students if family else (),
        csrf=csrf_token(token) if family and token else "",
        section=section,
    )


def _keep(answer: Response[bytes], tools: Tools, name: str, value: str) -> None:
    # Not HttpOnly would serve nobody: the server alone reads it.
    answer.set_cookie(
        name,
        value,
        path="/",
        max_age=int(LOOK_LASTS.total_seconds()),
        secure=tools.settings.is_secure,
        httponly=True,
        samesite="lax",
    )


ROUTES = [
    home,
    children,
    child_home,
    today,
    running_week,
    week,
    homework,
    tick,
    marks,
    subject,
    look,
    choose,
    *api.ROUTES,
]
