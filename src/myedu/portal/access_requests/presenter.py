"""The family's pages in words."""

from collections.abc import Sequence

from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link
from myedu.portal.access_requests import links
from myedu.portal.access_requests.models import (
    MOST_A_DAY,
    MOST_OPEN,
    AskFacts,
    Diagnosis,
    MissingFacts,
    Request,
    RequestFacts,
    TooManyRequests,
)
from myedu.portal.access_requests.parse import AskForm
from myedu.portal.access_requests.presenter_schools import school_row, search_view
from myedu.portal.access_requests.views import (
    AskView,
    FieldView,
    HelpView,
    MissingView,
    ReasonCard,
    RequestRow,
    RequestView,
    StepView,
)
from myedu.portal.access_requests.words import child_name, day, event_words, family_words, moment, state_words
from myedu.portal.people.models import OwnFacts

_CHILDREN = "/children"


def missing_title(words: Words) -> str:
    """The title of the family's page."""
    return words.gettext("Diary not found")


def missing_view(words: Words, facts: MissingFacts) -> MissingView:
    """A card for each child with a reason, and the requests."""
    _ = words.gettext
    has_kids = any(one.facts.asks_for == "kid" for one in facts.diagnoses)
    notes = []
    if not facts.may_ask:
        notes.append(_("From 14 years on you ask the school yourself. Till then ask a parent to write."))
    if facts.incomplete_kids:
        notes.append(
            _(
                "Gosuslugi names a child of yours without SNILS or birth date. Add them there in «Family and "
                "children», then sign out here and sign in again."
            )
        )
    if not has_kids and not facts.incomplete_kids and not facts.sees_children:
        notes.append(
            _(
                "Gosuslugi names no child of yours. Add the child there in «Family and children», or ask the "
                "school to enter you as a guardian."
            )
        )
    return MissingView(
        lead=_("The portal shows the children whom Gosuslugi or the school's journal names as yours."),
        notes=tuple(notes),
        cards=tuple(_cards(words, facts)),
        other=Link(label=_("Ask about another child"), href=links.ask("other")) if facts.may_ask else None,
        requests=tuple(_row(words, one) for one in facts.requests),
        help=Link(label=_("Why a diary is not found"), href=links.HELP),
        back=Link(label=_("To the first page"), href="/"),
    )


def _cards(words: Words, facts: MissingFacts) -> list[ReasonCard]:
    cards, kids = [], 0
    for one in facts.diagnoses:
        kids += one.facts.asks_for == "kid"
        choice = f"kid-{kids}" if one.facts.asks_for == "kid" else "self"
        cards.append(_card(words, one, choice, may_ask=facts.may_ask))
    return cards


def _card(words: Words, one: Diagnosis, choice: str, *, may_ask: bool) -> ReasonCard:
    _ = words.gettext
    text, steps = family_words(words, one.reason)
    if one.reason == "not-begun" and one.facts.begins_on:
        text = f"{text} {_('They begin on {day}.').format(day=day(words, one.facts.begins_on))}"
    action = Link(label=_("Ask the school"), href=links.ask(choice)) if may_ask else None
    if one.facts.child is not None:
        action = Link(label=_("Open the diary"), href=f"/c/{one.facts.child}/today")
    return ReasonCard(
        id=choice,
        title=_title(words, one.facts),
        text=text,
        steps=steps,
        action=None if one.reason in ("adult", "not-begun", "account-not-confirmed") else action,
    )


def _title(words: Words, facts: OwnFacts) -> str:
    _ = words.gettext
    if facts.asks_for == "self":
        return _("Your own diary")
    born = _("born on {day}").format(day=day(words, facts.birth_date))
    name = " ".join(filter(None, (facts.last_name, facts.first_name, facts.middle_name)))
    return f"{name}, {born}" if name else _("A child, {born}").format(born=born)


def _row(words: Words, one: Request) -> RequestRow:
    state, tone = state_words(words, one)
    return RequestRow(
        link=Link(label=child_name(one), href=links.request(one.id)),
        state=state,
        tone=tone,
        about=one.school_name or words.gettext("a school that the export names no more"),
        note=moment(words, one.changed_at),
    )


def ask_title(words: Words) -> str:
    """The title of the form."""
    return words.gettext("Ask the school")


def ask_view(
    words: Words, facts: AskFacts, form: AskForm, query: str, problems: Sequence[str] = ()
) -> AskView:
    """First the search of the school, then the fields. The answer to a form never says whom a school has."""
    _ = words.gettext
    typed = form.child == "other"
    if facts.school is None:
        hidden = (("child", form.child),)
        search = search_view(words, query, facts.found, links.ASK, hidden, child=form.child)
        return AskView(
            lead=_("First choose the school: by its name, number, town or region."),
            child=_child(words, facts, form),
            problems=tuple(problems),
            search=search,
            school=None,
            another_school=None,
            action=links.ASK,
            hidden=(),
            fields=(),
            shared="",
            back=Link(label=_("Back"), href=links.MISSING),
        )
    key = (facts.school.region, facts.school.system_id, facts.school.organization_id)
    names = zip(("region", "system", "organization"), key, strict=True)
    return AskView(
        lead="",
        child=_child(words, facts, form),
        problems=tuple(problems),
        search=None,
        school=school_row(words, facts.school, None),
        another_school=Link(label=_("Another school"), href=links.ask(form.child)),
        action=links.ASK,
        hidden=(("child", form.child), *names),
        fields=(
            *(_child_fields(words, form, show=bool(problems)) if typed else ()),
            *_other_fields(words, form),
        ),
        shared=_(
            "The school gets your name, the child's name and birth date, what Gosuslugi says of both, and "
            "what you write here. If its head isn't connected yet, the portal's operator gets it."
        ),
        back=Link(label=_("Back"), href=links.MISSING),
    )


def _child(words: Words, facts: AskFacts, form: AskForm) -> str:
    kids = [one for one in facts.children if one.asks_for == "kid"]
    own = {f"kid-{number}": one for number, one in enumerate(kids, 1)}.get(form.child)
    if own is not None:
        return _title(words, own)
    return words.gettext("Your own diary") if form.child == "self" else ""


def _child_fields(words: Words, form: AskForm, *, show: bool) -> tuple[FieldView, ...]:
    _ = words.gettext
    problem = {
        "last_name": _("Enter the last name"),
        "first_name": _("Enter the first name"),
        "birth_date": _("Enter the birth date like this: 01.09.2012"),
    }
    wrong = {name: text for name, text in problem.items() if show and name in form.problems}
    return (
        FieldView(
            name="last_name",
            label=_("Last name of the child"),
            value=form.last_name,
            problem=wrong.get("last_name", ""),
        ),
        FieldView(
            name="first_name",
            label=_("First name"),
            value=form.first_name,
            problem=wrong.get("first_name", ""),
        ),
        FieldView(name="middle_name", label=_("Patronymic, if there is one"), value=form.middle_name),
        FieldView(
            name="birth_date",
            label=_("Birth date"),
            value=form.birth_date,
            hint="01.09.2012",
            problem=wrong.get("birth_date", ""),
        ),
    )


def _other_fields(words: Words, form: AskForm) -> tuple[FieldView, ...]:
    _ = words.gettext
    return (
        FieldView(name="class_name", label=_("Class, such as 5 «А»"), value=form.class_name),
        FieldView(
            name="comment",
            label=_("Comment"),
            value=form.comment,
            kind="long",
            hint=_("Up to 500 characters. Write no passwords and no numbers of documents."),
        ),
    )


def too_many_words(words: Words, error: TooManyRequests) -> str:
    """What the form says."""
    _ = words.gettext
    if error.why == "open":
        return _("You have {n} open requests or comments already: wait for an answer, or close one.").format(
            n=MOST_OPEN
        )
    return _("You have sent {n} requests within a day: try tomorrow.").format(n=MOST_A_DAY)


def request_view(words: Words, facts: RequestFacts) -> RequestView:
    """A request with its history. Once the diary is found, the link to it."""
    _ = words.gettext
    one = facts.request
    state, tone = state_words(words, one)
    school = one.school_name or _("a school that the export names no more")
    class_name = one.class_name and _("Class: {name}").format(name=one.class_name)
    born = _("Birth date: {day}").format(day=day(words, one.child_birth_date))
    diary = None
    if facts.child is not None:
        diary = Link(label=_("Open the diary"), href=f"/c/{facts.child}/today")
    return RequestView(
        state=state,
        tone=tone,
        text=_request_text(words, one),
        facts=tuple(filter(None, (child_name(one), born, school, class_name))),
        steps=steps(words, facts),
        diary=diary,
        close=_("Close the request") if one.state != "closed" else "",
        ask_again=Link(label=_("Ask again"), href=links.MISSING) if one.state == "answered" else None,
        back=Link(label=_("All requests"), href=links.MISSING),
    )


def _request_text(words: Words, one: Request) -> str:
    _ = words.gettext
    if one.closed_as == "found":
        return _("The diary is found: it is among your children.")
    if one.state == "closed":
        return _("You have closed this request.")
    if one.state == "answered":
        if one.answer == "fixed":
            return _("When the journal's next export has come, this page says that the diary is found.")
        return _("If you don't agree, ask again or go to the school.")
    return _("The school answers here. You need not write again.")


def steps(words: Words, facts: RequestFacts) -> tuple[StepView, ...]:
    """The history with times."""
    return tuple(
        StepView(time=moment(words, event.at), text=event_words(words, event), words=event.words)
        for event in facts.events
    )


def help_view(words: Words) -> HelpView:
    """The reasons in general, for those who can't sign in too."""
    _ = words.gettext
    return HelpView(
        lead=_("The portal shows the children whom Gosuslugi or the school's journal names as yours."),
        points=(
            _("The account at Gosuslugi is not confirmed: confirm it in a bank or at a centre."),
            _("The child is not in your profile at Gosuslugi, or has no SNILS there: add both."),
            _("The journal has no SNILS of the child, or another one, or another birth date."),
            _("A name with ё or е is the same name here: that hides no diary."),
            _("The child has left the school, or is in no class yet: the school enters it."),
            _("The region or the school is not connected yet: look for it."),
        ),
        links=(
            Link(label=_("Look for a school"), href=links.SCHOOLS),
            Link(label=_("Signed in already: see the reason and ask"), href=links.MISSING),
        ),
    )
