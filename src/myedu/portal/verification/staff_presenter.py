"""The head's pages about the staff in words."""

from msgspec.structs import replace

from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link
from myedu.portal.verification import staff_links as links
from myedu.portal.verification.staff_facts import ExactFacts, PostFacts, StaffFacts
from myedu.portal.verification.staff_models import STATES, StaffFilter, StaffPost, StaffState
from myedu.portal.verification.staff_views import PostView, QuestionView, SideView, StaffView
from myedu.portal.verification.staff_words import reason_for_head, role_text, state_text

_SHOWN_AS_SIDES = ("name-differs", "birth-date-differs")
_TONES: dict[StaffState, str] = {"verified": "good", "waiting": "warn", "differing": "bad"}


def staff_view(words: Words, facts: StaffFacts) -> StaffView:
    """The list, with its filters and pages."""
    _, counts, chosen = words.gettext, facts.counts, facts.chosen
    numbers = {"differing": counts.differing, "waiting": counts.waiting, "verified": counts.verified}
    everybody = Link(
        label=f"{_('All')}: {counts.total}",
        href=links.staff(replace(chosen, state=None, page=1)),
        current=chosen.state is None,
    )
    several = len(facts.schools.schools) > 1
    return StaffView(
        schools=", ".join(school.name for school in facts.schools.schools),
        search=links.STAFF,
        begins=chosen.begins,
        state=chosen.state or "",
        filters=(
            everybody,
            *(
                Link(
                    label=f"{state_text(words, state)}: {numbers[state]}",
                    href=links.staff(replace(chosen, state=state, page=1)),
                    current=chosen.state == state,
                )
                for state in STATES
            ),
        ),
        posts=tuple(
            _post(words, post, number, several=several) for number, post in enumerate(facts.posts, 1)
        ),
        nothing="" if facts.posts else _nothing(words, facts),
        all=_confirm_all(words, counts.exact),
        download=_download(words, counts.differing + counts.waiting),
        pages=_pages(words, chosen, has_more=facts.has_more),
    )


def _nothing(words: Words, facts: StaffFacts) -> str:
    _ = words.gettext
    if facts.counts.total:
        return _("No post is found: choose another state or another name.")
    return _("The school's export has no staff yet. They come with the next export of the journal.")


def _confirm_all(words: Words, count: int) -> Link | None:
    if not count:
        return None
    label = words.ngettext(
        "Confirm {n} post in which the export and ESIA agree",
        "Confirm all {n} posts in which the export and ESIA agree",
        count,
    )
    return Link(label=label.format(n=count), href=links.CONFIRM_ALL)


def _download(words: Words, count: int) -> Link | None:
    label = words.gettext("Who is not verified yet, as a file (CSV)")
    return Link(label=label, href=links.MISSING) if count else None


def _pages(words: Words, chosen: StaffFilter, *, has_more: bool) -> tuple[Link, ...]:
    _, pages = words.gettext, []
    if chosen.page > 1:
        before = replace(chosen, page=chosen.page - 1)
        pages.append(Link(label=_("Earlier page"), href=links.staff(before)))
    if has_more:
        pages.append(Link(label=_("Next page"), href=links.staff(replace(chosen, page=chosen.page + 1))))
    return tuple(pages)


def _post(words: Words, post: StaffPost, number: int, *, several: bool) -> PostView:
    return PostView(
        id=f"post-{number}",
        name=post.name,
        state=state_text(words, post.state),
        tone=_TONES[post.state],
        what=_what(words, post),
        school=post.school_name if several else "",
        reasons=tuple(reason_for_head(words, post, reason) for reason in _told(post)),
        deeds=tuple(_deeds(words, post)),
    )


def _told(post: StaffPost) -> list[str]:
    """The reasons without «only your word is missing» where something else is missing too."""
    others = [reason for reason in post.reasons if reason != "head-not-confirmed"]
    return others or list(post.reasons)


def _what(words: Words, post: StaffPost) -> str:
    """«Классный руководитель · Учитель физики · Физика»; a position that begins with the role says both."""
    role, position = role_text(words, post.role), post.position or ""
    if position.casefold().startswith(role.casefold()):
        role = ""
    return " · ".join(filter(None, (role, position, ", ".join(post.subjects))))


def _deeds(words: Words, post: StaffPost) -> list[Link]:
    _ = words.gettext
    confirm = Link(
        label=_("Confirm"), href=links.deed(links.CONFIRM, post.system_id, post.staff_id), current=True
    )
    decline = links.deed(links.DECLINE, post.system_id, post.staff_id)
    if post.state == "verified":
        return [Link(label=_("Withdraw"), href=decline)]
    deeds = [confirm] if post.can_confirm else []
    if not {"declined-by-head", "post-ended"} & set(post.reasons):
        deeds.append(Link(label=_("Decline"), href=decline))
    return deeds


def confirm_title(words: Words, facts: PostFacts) -> str:
    """The question before a post is confirmed."""
    _ = words.gettext
    differs = {"name-differs", "birth-date-differs", "twice-in-export"} & set(facts.post.reasons)
    return _("Is this one person?") if differs else _("Confirm this post?")


def confirm_view(words: Words, facts: PostFacts) -> QuestionView:
    """The two sides, and the button."""
    _, post = words.gettext, facts.post
    return QuestionView(
        action=links.CONFIRM,
        text=_(
            "Confirm only whom you know to work at the school. The person sees the classes and lessons of the"
            " post here; your name stands in the portal's record."
        ),
        button=_("Yes, confirm"),
        back=_back(words),
        sides=_sides(words, post),
        reasons=tuple(
            reason_for_head(words, post, reason) for reason in _told(post) if reason not in _SHOWN_AS_SIDES
        ),
        hidden=(("system", post.system_id), ("post", post.staff_id), ("reasons", " ".join(post.reasons))),
    )


def decline_title(words: Words, facts: PostFacts) -> str:
    """The question before a post is declined or withdrawn."""
    _ = words.gettext
    return _("Withdraw what was confirmed?") if facts.post.state == "verified" else _("Decline this post?")


def decline_view(words: Words, facts: PostFacts) -> QuestionView:
    """The two sides, the reasons to choose from, and the button."""
    _, post = words.gettext, facts.post
    choices = [
        ("left", _("The person doesn't work here any more")),
        ("not-ours", _("The person has never worked here")),
        ("another-person", _("The post is another person's")),
    ]
    if post.state == "verified":
        choices.append(("mistake", _("It was confirmed by mistake")))
    return QuestionView(
        action=links.DECLINE,
        text=_(
            "The person sees nothing of the school here from now on. You can confirm the post again. What is"
            " wrong in the journal, correct there."
        ),
        button=_("Withdraw") if post.state == "verified" else _("Decline"),
        back=_back(words),
        sides=_sides(words, post),
        hidden=(("system", post.system_id), ("post", post.staff_id)),
        choices=tuple(choices),
        choices_title=_("Why?"),
    )


def exact_title(words: Words) -> str:
    """The question before all are confirmed."""
    return words.gettext("Confirm all in whom the export and ESIA agree?")


def exact_view(words: Words, facts: ExactFacts) -> QuestionView:
    """Whom it is about, as far as a page shows it."""
    _, more = words.gettext, facts.count - len(facts.names)
    and_more = words.ngettext("and {n} more", "and {n} more", more).format(n=more) if more > 0 else ""
    return QuestionView(
        action=links.CONFIRM_ALL,
        text=_(
            "SNILS, name and birth date agree, and ESIA names each of them as an employee of the school. Look"
            " through the list first: who has left must not be confirmed."
        ),
        button=_("Yes, confirm all"),
        back=_back(words),
        names=tuple(filter(None, (*facts.names, and_more))),
    )


def _sides(words: Words, post: StaffPost) -> tuple[SideView, ...]:
    _, nothing = words.gettext, "—"
    sides = [
        SideView(
            label=_("Name"),
            export=post.name,
            esia=post.esia_name or nothing,
            differs="name-differs" in post.reasons,
        ),
        SideView(
            label=_("Birth date"),
            export=words.date_numeric(post.birth_date) if post.birth_date else nothing,
            esia=words.date_numeric(post.esia_birth_date) if post.esia_birth_date else nothing,
            differs="birth-date-differs" in post.reasons,
        ),
        SideView(label=_("Post"), export=_what(words, post), esia=post.esia_position or nothing),
    ]
    return tuple(sides)


def _back(words: Words) -> Link:
    return Link(label=words.gettext("Back to the staff"), href=links.STAFF)
