"""The pages of whoever answers: the school's, and the operator's."""

from collections.abc import Sequence
from datetime import datetime

from myedu.kit.i18n import Words
from myedu.kit.web.pages import ChoiceView, Link
from myedu.portal.access_requests import links
from myedu.portal.access_requests.diagnosis import same_name
from myedu.portal.access_requests.models import ANSWERS, Request, SchoolList, SchoolRequestFacts
from myedu.portal.access_requests.parse import AnswerForm
from myedu.portal.access_requests.views import (
    CandidateView,
    CompareRow,
    FieldView,
    ListView,
    ReasonView,
    RequestRow,
    SchoolRequestView,
    StepView,
)
from myedu.portal.access_requests.words import (
    NOTHING,
    answer_words,
    child_name,
    day,
    event_words,
    moment,
    school_words,
    snils_end,
    state_words,
)
from myedu.portal.people.models import Candidate
from myedu.portal.region_names import region_name


def list_title(words: Words) -> str:
    """The title of both lists."""
    return words.gettext("Families' requests")


def school_list_view(words: Words, facts: SchoolList, *, several: bool) -> ListView:
    """The school's list: what waits longest stands first. `several`: the viewer answers for several."""
    _ = words.gettext
    return ListView(
        lead=_(
            "Families whose diary is not found ask here. You correct the journal, not the portal: its next "
            "export brings the change."
        ),
        empty=_("Nobody has asked yet."),
        requests=tuple(
            RequestRow(
                link=Link(label=child_name(one), href=links.school_request(one.id)),
                **_state(words, one),
                about=(one.school_name or "") if several else one.class_name,
                note=_age(words, one, facts.now),
            )
            for one in facts.requests
        ),
        **_pages(words, facts, links.SCHOOL_REQUESTS),
    )


def operator_list_view(words: Words, facts: SchoolList) -> ListView:
    """The operator's list: schools, states and ages; names only behind a reason."""
    _ = words.gettext
    return ListView(
        lead=_(
            "Requests to schools that no head has confirmed yet. Names are shown after you have said why you "
            "read: the reason is kept in the audit."
        ),
        empty=_("No request waits for an operator."),
        requests=tuple(
            RequestRow(
                link=Link(
                    label=one.school_name or _("a school that the export names no more"),
                    href=links.operator_request(one.id),
                ),
                **_state(words, one),
                about=region_name(words, one.region),
                note=_age(words, one, facts.now),
            )
            for one in facts.requests
        ),
        **_pages(words, facts, links.OPERATOR_REQUESTS),
    )


def _state(words: Words, one: Request) -> dict[str, str]:
    state, tone = state_words(words, one)
    return {"state": state, "tone": tone}


def _age(words: Words, one: Request, now: datetime) -> str:
    days = (now - one.created_at).days
    sent = moment(words, one.created_at)
    if one.state == "closed" or days < 1:
        return sent
    return f"{sent}, {words.ngettext('{n} day ago', '{n} days ago', days).format(n=days)}"


def _pages(words: Words, facts: SchoolList, address: str) -> dict[str, Link | None]:
    _ = words.gettext
    earlier = Link(label=_("Back"), href=links.page(address, facts.page - 1)) if facts.page > 1 else None
    later = Link(label=_("Further"), href=links.page(address, facts.page + 1)) if facts.has_more else None
    return {"earlier": earlier, "later": later}


def reason_view(words: Words, request: Request, *, is_missing: bool) -> ReasonView:
    """The question before an operator reads."""
    _ = words.gettext
    return ReasonView(
        lead=_("Why do you read this request? The reason is kept in the audit, with your name."),
        action=links.operator_request(request.id),
        field=FieldView(
            name="reason",
            label=_("Reason"),
            value="",
            hint=_("Ten characters at least, such as: complaint 123"),
            problem=_("Say the reason: ten characters at least") if is_missing else "",
        ),
        back=Link(label=_("All requests"), href=links.OPERATOR_REQUESTS),
    )


def school_request_view(
    words: Words, facts: SchoolRequestFacts, form: AnswerForm | None, *, operator_reason: str | None
) -> SchoolRequestView:
    """One request. `form`: what was sent and is not right; `operator_reason`: why an operator reads."""
    _ = words.gettext
    one = facts.request
    is_operator = operator_reason is not None
    link = links.operator_request if is_operator else links.school_request
    told = [school_words(words, reason) for reason in facts.reasons]
    return SchoolRequestView(
        **_state(words, one),
        facts=_request_facts(words, one),
        comment=one.comment,
        reasons=tuple(text for text, _todo in told),
        todo=tuple(dict.fromkeys(todo for _text, todo in told)),
        candidates=_candidates(words, one, facts.candidates),
        steps=tuple(
            StepView(time=moment(words, event.at), text=event_words(words, event), words=event.words)
            for event in facts.events
        ),
        action=f"{link(one.id)}/answer",
        problems=_problems(words, form),
        answers=()
        if one.state == "closed"
        else tuple(
            ChoiceView(
                value=answer,
                label=answer_words(words, answer),
                chosen=form is not None and form.answer == answer,
            )
            for answer in ANSWERS
        ),
        words=None if one.state == "closed" else _words_field(words, form),
        hidden=(("reason", operator_reason),) if operator_reason else (),
        back=Link(
            label=_("All requests"), href=links.OPERATOR_REQUESTS if is_operator else links.SCHOOL_REQUESTS
        ),
    )


def _request_facts(words: Words, one: Request) -> tuple[str, ...]:
    _ = words.gettext
    asker = f"{one.asker_last_name} {one.asker_first_name}"
    proof = {
        "kid": _("Gosuslugi names the child as the asker's."),
        "self": _("The pupil asks for their own diary, signed in at Gosuslugi."),
        "typed": _("Only the asker says that the child is theirs: Gosuslugi does not."),
    }
    return tuple(
        filter(
            None,
            (
                _("School: {name}").format(name=one.school_name) if one.school_name else "",
                _("Asks: {name}, SNILS {snils}").format(name=asker, snils=snils_end(one.asker_snils)),
                proof[one.asks_for],
                _("Class: {name}").format(name=one.class_name) if one.class_name else "",
            ),
        )
    )


def _candidates(words: Words, one: Request, pupils: Sequence[Candidate]) -> tuple[CandidateView, ...]:
    _ = words.gettext
    return tuple(
        CandidateView(
            id=f"pupil-{number}",
            title=_("In the journal: {name}").format(
                name=", ".join(filter(None, (f"{pupil.last_name} {pupil.first_name}", pupil.class_name)))
            ),
            rows=_compared(words, one, pupil),
        )
        for number, pupil in enumerate(pupils, 1)
    )


def _compared(words: Words, one: Request, pupil: Candidate) -> tuple[CompareRow, ...]:
    """ESIA's or the family's facts beside the journal's."""
    _ = words.gettext
    asked_names = (one.child_last_name, one.child_first_name, one.child_middle_name)
    names = (pupil.last_name, pupil.first_name, pupil.middle_name)
    full = " ".join(filter(None, names))
    folded = same_name(one.sought, pupil)
    exact = folded and asked_names[:2] == names[:2]
    name_state = (
        (_("equal"), "good") if exact else (_("ё and е"), "info") if folded else (_("differs"), "bad")
    )
    rows = [
        CompareRow(
            what=_("Name"), asked=child_name(one), journal=full, state=name_state[0], tone=name_state[1]
        ),
        _row(words, _("Birth date"), day(words, one.child_birth_date), day(words, pupil.birth_date)),
    ]
    if one.child_snils:
        is_equal = one.child_snils == pupil.snils
        rows.append(
            CompareRow(
                what=_("SNILS"),
                asked=snils_end(one.child_snils),
                journal=snils_end(pupil.snils),
                state=_("equal") if is_equal else _("differs") if pupil.snils else _("not in the journal"),
                tone="good" if is_equal else "bad",
            )
        )
    return tuple(rows)


def _row(words: Words, what: str, asked: str, journal: str) -> CompareRow:
    _ = words.gettext
    is_equal = asked == journal
    return CompareRow(
        what=what,
        asked=asked,
        journal=journal,
        state=_("equal") if is_equal else _("not in the journal") if journal == NOTHING else _("differs"),
        tone="good" if is_equal else "bad",
    )


def _problems(words: Words, form: AnswerForm | None) -> tuple[str, ...]:
    _ = words.gettext
    if form is None:
        return ()
    texts = {
        "answer": _("Choose an answer."),
        "words": _("Say to the family why you refuse: ten characters at least."),
    }
    return tuple(text for name, text in texts.items() if name in form.problems)


def _words_field(words: Words, form: AnswerForm | None) -> FieldView:
    _ = words.gettext
    return FieldView(
        name="words",
        label=_("To the family"),
        value="" if form is None else form.words,
        kind="long",
        hint=_("Up to 500 characters; the family reads it. Write nothing about other children."),
    )
