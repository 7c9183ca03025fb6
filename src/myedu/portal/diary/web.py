"""The pages of a child: each handler parses, calls the service once, has the facts presented and rendered."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER
from markupsafe import Markup
from msgspec.structs import replace

from myedu.contract.answers import FileLink
from myedu.kit.web.forms import csrf_token
from myedu.kit.web.languages import words_for
from myedu.kit.web.pages import ErrorView, PageView
from myedu.kit.web.responses import (
    AnyRequest,
    html_page,
    local_path,
    own_address,
    page_view,
    redirect,
)
from myedu.portal.context import AppContext, FromContext
from myedu.portal.diary import links
from myedu.portal.diary.api import FromDiary
from myedu.portal.diary.models import (
    ChildFacts,
    DiaryFacts,
    MarksFacts,
    SubjectFacts,
    WeekFacts,
)
from myedu.portal.diary.page_context import PageContext
from myedu.portal.diary.parse import day_of, page_of, supposed_mark
from myedu.portal.diary.presenter_homework import homework_view
from myedu.portal.diary.presenter_lessons import task_view
from myedu.portal.diary.presenter_marks import marks_view, subject_view
from myedu.portal.diary.presenter_page import child_page
from myedu.portal.diary.presenter_source import silence
from myedu.portal.diary.presenter_today import today_title, today_view
from myedu.portal.diary.presenter_week import week_view
from myedu.portal.diary.sections import Section, SectionCache, correct_until, key_of
from myedu.portal.diary.service import DiaryService
from myedu.portal.diary.shown import shown
from myedu.portal.federation.models import Fresh, FreshJson, Outcome, Wait
from myedu.portal.signed_in import checked_form, session_token

_BY_HTMX = "hx-request"


@get("/c/{child:uuid}", sync_to_thread=False)
def child_home(child: FromPath[UUID]) -> Response[bytes]:
    """A redirect to «Сегодня» of the child."""
    return redirect(links.today(child))


@get("/c/{child:uuid}/today")
async def today(
    request: AnyRequest, context: FromContext, diary: FromDiary, child: FromPath[UUID]
) -> Response[bytes]:
    """«Сегодня»."""

    def show(facts: DiaryFacts) -> Response[bytes]:
        page_context = _page_context(request, context, facts)
        title = today_title(page_context)
        page = _child_page(request, context, page_context, title, facts, "today", facts.diary)
        return html_page(context, "diary/today.html", page, today_view(page_context, facts))

    return await shown(
        lambda: diary.today(session_token(request), child, wait=_wait(request)), show, diary.discard
    )


@get("/c/{child:uuid}/week")
async def running_week(
    request: AnyRequest, context: FromContext, diary: FromDiary, child: FromPath[UUID]
) -> Response[bytes]:
    """The current week by the school's clock."""
    return await _week(request, context, diary, child, None)


@get("/c/{child:uuid}/week/{day:str}")
async def week(
    request: AnyRequest, context: FromContext, diary: FromDiary, child: FromPath[UUID], day: FromPath[str]
) -> Response[bytes]:
    """The week of any of its days."""
    return await _week(request, context, diary, child, day_of(day))


async def _week(
    request: AnyRequest, context: AppContext, diary: DiaryService, child: UUID, day: date | None
) -> Response[bytes]:
    def show(facts: WeekFacts) -> Response[bytes]:
        page_context = _page_context(request, context, facts)
        page = _child_page(request, context, page_context, "", facts, "week", facts.diary)
        section = _week_section(context, diary, page_context, facts, page)
        page = replace(page, title=section.title)
        template = "diary/_week.html" if _BY_HTMX in request.headers else "diary/week.html"
        return html_page(context, template, page, section.html, headers={"vary": "HX-Request"})

    return await shown(
        lambda: diary.week(session_token(request), child, day, wait=_wait(request)), show, diary.discard
    )


def _week_section(
    context: AppContext, diary: DiaryService, page_context: PageContext, facts: WeekFacts, page: PageView
) -> Section:
    """A fresh copy's section is cached; a section about a silent journal changes with every failure."""
    sections, key = context.service(SectionCache), None
    if isinstance(facts.diary, Fresh | FreshJson):
        key = key_of(page_context, facts.window.first, facts.diary.body)
        section = sections.get(key, page_context.now)
        if section is not None:
            return section
    decoded = diary.decode_week(facts)
    view = week_view(page_context, decoded)
    html = Markup(context.pages.render("diary/_week_section.html", page, view))  # noqa: S704 - escaped by Jinja
    if key is None or not isinstance(decoded.diary, Fresh):
        return Section(view.title, html, page_context.now, page_context.now)
    section = Section(view.title, html, page_context.now, correct_until(page_context, decoded.diary.value))
    sections.put(key, section)
    return section


@get("/c/{child:uuid}/homework")
async def homework(
    request: AnyRequest, context: FromContext, diary: FromDiary, child: FromPath[UUID]
) -> Response[bytes]:
    """Homework of the current week and its neighbours."""

    def show(facts: DiaryFacts) -> Response[bytes]:
        page_context = _page_context(request, context, facts)
        title = page_context.words.gettext("Homework")
        page = _child_page(request, context, page_context, title, facts, "homework", facts.diary)
        return html_page(context, "diary/homework.html", page, homework_view(page_context, facts))

    return await shown(
        lambda: diary.homework(session_token(request), child, wait=_wait(request)), show, diary.discard
    )


@post("/c/{child:uuid}/homework/{rest:path}", status_code=HTTP_303_SEE_OTHER)
async def tick(
    request: AnyRequest, context: FromContext, diary: FromDiary, child: FromPath[UUID], rest: FromPath[str]
) -> Response[bytes]:
    """`…/{homework id}/done`: «Сделано» and back.

    Answers the task alone for htmx, else a redirect to the form's `back`. A path, because an id of the
    contract may hold a slash.
    """
    token = session_token(request)
    form = await checked_form(request, context)
    homework_id = links.id_of(rest.removesuffix("/done"))
    facts = await diary.tick(token, child, homework_id, done=form.get("done") == "1")
    back = local_path(form.get("back"))
    if _BY_HTMX not in request.headers:
        return redirect(back)
    page_context = PageContext.of(words_for(request, context.words), facts, back)
    done = {homework_id} if facts.done else set()
    view = task_view(page_context, facts.homework, done=done, may_tick=True)
    page = page_view(request, context, "", path=back, csrf=csrf_token(token or ""))
    return html_page(context, "diary/_task.html", page, view, headers={"vary": "HX-Request"})


@get("/c/{child:uuid}/files/{file_id:path}")
async def file(
    request: AnyRequest, context: FromContext, diary: FromDiary, child: FromPath[UUID], file_id: FromPath[str]
) -> Response[bytes]:
    """A redirect to the journal's short-lived link of an attachment, or a page with the reason."""
    facts = await diary.file(session_token(request), child, links.id_of(file_id))
    if isinstance(facts.link, FileLink):
        return redirect(facts.link.url)
    page_context = _page_context(request, context, facts)
    silent = silence(page_context, facts.link)
    page = _child_page(request, context, page_context, silent.title, facts, "homework", facts.link)
    return html_page(context, "web/error.html", page, ErrorView(text=silent.text, action=silent.retry))


@get("/c/{child:uuid}/marks")
async def marks(
    request: AnyRequest, context: FromContext, diary: FromDiary, child: FromPath[UUID]
) -> Response[bytes]:
    """The marks of the period `period`, by default the current one."""
    token, period = session_token(request), request.query_params.get("period")

    def show(facts: MarksFacts) -> Response[bytes]:
        page_context = _page_context(request, context, facts)
        title = page_context.words.gettext("Marks")
        page = _child_page(request, context, page_context, title, facts, "marks", facts.marks)
        return html_page(context, "diary/marks.html", page, marks_view(page_context, facts))

    return await shown(lambda: diary.marks(token, child, period, wait=_wait(request)), show, diary.discard)


@get("/c/{child:uuid}/subjects/{subject_id:path}")
async def subject(
    request: AnyRequest,
    context: FromContext,
    diary: FromDiary,
    child: FromPath[UUID],
    subject_id: FromPath[str],
) -> Response[bytes]:
    """One subject, in the period `period` or that of `day`; `page`: of its marks, 1 has the newest.

    With `value` and `weight` also the average of «А если получу…».
    """
    query = request.query_params
    supposed = supposed_mark(query.get("value"), query.get("weight"))
    page_number = page_of(query.get("page"))
    token, subject_id = session_token(request), links.id_of(subject_id)
    day = day_of(query["day"]) if "day" in query else None
    period = query.get("period")

    def show(facts: SubjectFacts) -> Response[bytes]:
        page_context = _page_context(request, context, facts)
        title = facts.subject or page_context.words.gettext("Subject")
        page = _child_page(request, context, page_context, title, facts, "marks", facts.marks)
        view = subject_view(page_context, facts, supposed, page_number)
        return html_page(context, "diary/subject.html", page, view)

    return await shown(
        lambda: diary.subject(token, child, subject_id, period, day, wait=_wait(request)), show, diary.discard
    )


ROUTES = [
    child_home,
    today,
    running_week,
    week,
    homework,
    tick,
    file,
    marks,
    subject,
]


def _page_context(request: AnyRequest, context: AppContext, facts: ChildFacts) -> PageContext:
    words, path = words_for(request, context.words), links.plain(own_address(request))
    return PageContext.of(words, facts, path, patient=_wait(request) == "until-deadline")


def _wait(request: AnyRequest) -> Wait:
    """Briefly if the page is to show a copy soon and fetch its block again by itself."""
    return "until-deadline" if links.WAIT in request.query_params else "briefly"


def _child_page(
    request: AnyRequest,
    context: AppContext,
    page_context: PageContext,
    title: str,
    facts: ChildFacts,
    section: str,
    outcome: Outcome[Any] | FreshJson,
) -> PageView:
    csrf = csrf_token(session_token(request) or "")
    page = page_view(request, context, title, path=page_context.path, csrf=csrf)
    return child_page(page, context.nav, page_context, facts, section, outcome)
