"""Views of one region: its page, its lists, the forms of its card."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from myedu.kit.i18n import Words
from myedu.kit.web.pages import ChoiceView, Link
from myedu.portal.operators import service as operators
from myedu.portal.pilot import charts, links
from myedu.portal.pilot.forms import CardForm, ContactForm
from myedu.portal.pilot.models import (
    CONTACT_ROLES,
    STATES,
    Contact,
    MissingSchool,
    Overview,
    RegionFacts,
    RegionPage,
    SystemFacts,
)
from myedu.portal.pilot.presenter import (
    answers_text,
    of_all,
    posts_view,
    region_state,
    schools_view,
    trouble_tags,
)
from myedu.portal.pilot.service import ROWS_A_PAGE, Reader
from myedu.portal.pilot.views import (
    CardFormView,
    ContactsView,
    ContactView,
    ListView,
    PublicationView,
    RegionView,
    ShareView,
    SystemView,
    TagView,
)
from myedu.portal.pilot.words import (
    moment,
    name_of,
    report_words,
    role_words,
    state_words,
)
from myedu.portal.verification.service import MissingPost, reason_title, role_text, state_text


def links_for(who: Reader) -> links.RegionLinks:
    """The addresses of the region's pages for this reader."""
    return links.RegionLinks(links.PILOT if who.side == "operator" else links.REGION, who.region)


def region_view(words: Words, who: Reader, page: RegionPage) -> RegionView:
    """One region."""
    _ = words.gettext
    facts, at = page.facts, Overview(now=page.now, posts_counted_at=page.now, regions=(page.facts,))
    own = links_for(who)
    operator = who.side == "operator"
    edit = [Link(label=_("Change the contacts"), href=own.contacts)]
    if operator:
        edit.insert(0, Link(label=_("Change the card"), href=own.card))
    return RegionView(
        state=region_state(words, facts),
        troubles=trouble_tags(words, facts, at, facts.troubles),
        demands=_demands(words, facts, own),
        chart=charts.trend(words, (*facts.trend, facts.today)),
        systems=tuple(_system(words, one, operator=operator) for one in facts.systems),
        contacts=tuple(_contact(words, one) for one in page.contacts),
        facts=_facts(words, page, operator=operator),
        publication=_publication(words, who, facts, own),
        edit=tuple(edit),
        back=Link(label=_("All regions"), href=links.PILOT) if operator else None,
        counted=_("Counted on {time}").format(time=moment(words, page.now)),
    )


def _demands(
    words: Words, facts: RegionFacts, own: links.RegionLinks
) -> tuple[tuple[str, tuple[ShareView, ...], tuple[Link, ...]], ...]:
    _ = words.gettext
    today = facts.today
    interfaces = (
        _part(words, _("Systems with a passed conformance report"), today.conforming, today.systems),
        _part(words, _("Systems whose exports come in time"), today.on_time, today.systems),
        ShareView(
            title=_("What families and teachers saw in a day"),
            text=answers_text(words, facts),
            percent=_fresh_percent(facts),
        ),
    )
    schools = (
        Link(label=_("Which schools are missing"), href=own.schools),
        Link(label=_("As a file (CSV): schools"), href=own.schools_file),
    )
    posts = (
        Link(label=_("Who is missing"), href=own.teachers),
        Link(label=_("As a file (CSV): staff"), href=own.teachers_file),
    )
    counts = facts.counts
    states = _("waiting: {waiting}, differing: {differing}").format(
        waiting=counts.posts_waiting, differing=counts.posts_differing
    )
    return (
        (_("1. Interfaces"), interfaces, ()),
        (
            _("2. Accounts of schools"),
            (schools_view(words, facts),),
            schools if counts.schools_missing else (),
        ),
        (
            _("3. Accounts of teachers"),
            (
                posts_view(words, facts),
                *((ShareView(title="", text=states, percent=None),) if counts.posts else ()),
            ),
            posts if counts.posts_missing else (),
        ),
    )


def _part(words: Words, title: str, number: int, everything: int) -> ShareView:
    share = number / everything if everything else None
    return ShareView(title=title, text=of_all(words, number, everything), percent=charts.whole_percent(share))


def _fresh_percent(facts: RegionFacts) -> int | None:
    today = facts.today
    total = today.fresh + today.stale + today.unavailable
    return charts.whole_percent(today.fresh / total) if total else None


def _system(words: Words, one: SystemFacts, *, operator: bool) -> SystemView:
    _ = words.gettext
    system, arrivals = one.system, one.arrivals
    schedule = _("the vendor sends them")
    if arrivals.local_time is not None:
        schedule = _("every day at {time}, {zone}").format(
            time=words.time(arrivals.local_time), zone=arrivals.time_zone
        )
    last = moment(words, arrivals.last_good_at) if arrivals.last_good_at else "—"
    facts = [
        (_("Address"), urlsplit(system.base_url).netloc),
        (_("Protocol"), system.profile or _("the contract")),
        (_("Exports"), schedule),
        (_("Last good export"), last),
        (_("Conformance report"), report_words(words, one.report)),
        (_("Keys"), "; ".join(_keys(words, one, operator=operator))),
    ]
    found: list[Link] = []
    if operator:
        found = [
            Link(label=_("Journal: state and history"), href=operators.journal_address(system.id)),
            Link(label=_("Packages"), href=operators.PACKAGES_ADDRESS),
        ]
    return SystemView(
        name=f"{system.name} ({system.id})",
        state=_system_state(words, one),
        facts=tuple(facts),
        links=tuple(found),
    )


def _keys(words: Words, one: SystemFacts, *, operator: bool) -> list[str]:
    _ = words.gettext
    found = []
    if one.system.secret_file is None:
        found.append(_("the portal signs with its own key"))
    elif operator:
        found.append(_("the portal has a secret in the file {file}").format(file=one.system.secret_file))
    else:
        found.append(_("the portal has a secret"))
    if one.key_ends_at is not None:
        found.append(_("it ends on {time}").format(time=moment(words, one.key_ends_at)))
    if one.arrivals.vendor_key_at is not None:
        found.append(
            _("the vendor's public key is here since {time}").format(
                time=moment(words, one.arrivals.vendor_key_at)
            )
        )
    return found


def _system_state(words: Words, one: SystemFacts) -> TagView:
    _ = words.gettext
    if one.system.paused_at:
        return TagView(tag=_("paused"), tone="warn")
    if one.answered.silent_since or one.rests:
        return TagView(tag=_("silent"), tone="bad")
    if one.answered.total:
        return TagView(tag=_("answers"), tone="good")
    return TagView(tag=_("was not asked in the last day"), tone="")


def _facts(words: Words, page: RegionPage, *, operator: bool) -> tuple[tuple[str, str], ...]:
    _, card = words.gettext, page.facts.card
    state, _tone = state_words(words, card.state)
    found = [
        (_("Code"), card.code),
        (_("State"), state),
        (_("In the pilot since"), words.date_numeric(card.joined_on) if card.joined_on else "—"),
        (_("An export at least every"), _days(words, card.export_days)),
        (_("Time zones of the schools"), ", ".join(page.time_zones) or "—"),
        (_("Authority at ESIA"), ", ".join(card.authority_oids) or "—"),
    ]
    if operator and card.notes:
        found.append((_("Notes"), card.notes))
    return tuple(found)


def _days(words: Words, number: int) -> str:
    return words.ngettext("{number} day", "{number} days", number).format(number=number)


def _publication(words: Words, who: Reader, facts: RegionFacts, own: links.RegionLinks) -> PublicationView:
    _ = words.gettext
    reports = [one.report for one in facts.systems if one.report]
    agreed = bool(reports) and all(report.published_at for report in reports)
    if agreed:
        text = _("Everyone may read the conformance reports of this region.")
    else:
        text = _("The conformance reports of this region are not published.")
    if who.side == "operator" or not reports:
        return PublicationView(text=text)
    return PublicationView(
        text=text,
        action=own.publication,
        value="0" if agreed else "1",
        button=_("Publish no longer") if agreed else _("Agree to publish"),
    )


def _contact(words: Words, one: Contact) -> ContactView:
    return ContactView(
        id=str(one.id), role=role_words(words, one.role), name=one.name, email=one.email, phone=one.phone
    )


def schools_list(
    words: Words, who: Reader, rows: Sequence[MissingSchool], facts: RegionFacts, number: int
) -> ListView:
    """A page of the schools without a verified account of the legal entity."""
    _, own = words.gettext, links_for(who)
    return ListView(
        summary=_("Missing: {number} of {all}").format(
            number=facts.counts.schools_missing, all=facts.counts.schools
        ),
        head=(_("School"), _("OGRN, INN, KPP"), _("Address"), _("Contacts"), _("Why")),
        rows=tuple((_school_cells(row), TagView(tag=school_reason(words, row), tone="warn")) for row in rows),
        pages=_pages(words, own.schools, number, facts.counts.schools_missing),
        download=Link(label=_("All as a file (CSV)"), href=own.schools_file) if rows else None,
        back=Link(label=_("Back to the region"), href=own.page),
        nothing="" if rows else _("All schools have a verified account."),
    )


def _school_cells(row: MissingSchool) -> tuple[str, ...]:
    numbers = ", ".join(filter(None, (row.ogrn, row.inn, row.kpp)))
    return (
        row.name,
        numbers or "—",
        row.address or "—",
        ", ".join(filter(None, (row.email, row.phone))) or "—",
    )


def school_reason(words: Words, row: MissingSchool) -> str:
    """Why a school has no verified account."""
    _ = words.gettext
    if row.withdrawn_reason is not None:
        return _("the confirmation was withdrawn ({reason})").format(reason=row.withdrawn_reason)
    if not (row.ogrn or row.inn):
        return _("the export has neither OGRN nor INN")
    return _("its head has not confirmed it yet")


def teachers_list(
    words: Words, who: Reader, rows: Sequence[MissingPost], facts: RegionFacts, number: int
) -> ListView:
    """A page of the posts that nobody has verified."""
    _, own = words.gettext, links_for(who)
    return ListView(
        summary=_("Missing: {number} of {all}").format(
            number=facts.counts.posts_missing, all=facts.counts.posts
        ),
        head=(_("Person"), _("School"), _("Post"), _("Reasons"), _("State")),
        rows=tuple(_teacher_row(words, row) for row in rows),
        pages=_pages(words, own.teachers, number, facts.counts.posts_missing),
        download=Link(label=_("All as a file (CSV)"), href=own.teachers_file) if rows else None,
        back=Link(label=_("Back to the region"), href=own.page),
        nothing="" if rows else _("All posts are verified, or the export has none."),
    )


def _teacher_row(words: Words, row: MissingPost) -> tuple[tuple[str, ...], TagView]:
    tone = "warn" if row.state == "differing" else "info"
    post = row.position or role_text(words, row.role)
    reasons = "; ".join(reason_title(words, code) for code in row.reasons)
    return (row.name, row.school_name, post, reasons or "—"), TagView(
        tag=state_text(words, row.state), tone=tone
    )


def _pages(words: Words, address: str, number: int, rows: int) -> tuple[Link, ...]:
    last, _ = -(-rows // ROWS_A_PAGE), words.gettext
    found = []
    if number > 1:
        found.append(Link(label=_("Previous"), href=links.of_page(address, number - 1)))
    if number < last:
        found.append(Link(label=_("Next"), href=links.of_page(address, number + 1)))
    return tuple(found)


def card_form(words: Words, who: Reader, form: CardForm, problem: str = "") -> CardFormView:
    """The form of a card."""
    own = links_for(who)
    return CardFormView(
        action=own.card,
        problem=problem,
        states=tuple(
            ChoiceView(value=state, label=state_words(words, state)[0], chosen=state == form.state)
            for state in STATES
        ),
        joined_on=form.joined_on,
        export_days=form.export_days,
        authority=form.authority,
        notes=form.notes,
        back=Link(label=words.gettext("Back to the region"), href=own.page),
    )


def contacts_view(
    words: Words,
    who: Reader,
    contacts: Sequence[Contact],
    typed: ContactForm | None = None,
    problem: str = "",
) -> ContactsView:
    """The forms of all contacts. `typed`: what was wrong, in the form where it was typed."""
    own, new = links_for(who), ContactForm(id=None, role="authority", name="", email="", phone="")
    forms = [
        typed
        if typed is not None and typed.id == one.id
        else ContactForm(id=one.id, role=one.role, name=one.name, email=one.email, phone=one.phone)
        for one in contacts
    ]
    return ContactsView(
        problem=problem,
        contacts=tuple(_contact_form(words, form, own) for form in forms),
        new=_contact_form(words, typed if typed is not None and typed.id is None else new, own),
        back=Link(label=words.gettext("Back to the region"), href=own.page),
    )


def _contact_form(words: Words, form: ContactForm, own: links.RegionLinks) -> ContactView:
    return ContactView(
        id="new" if form.id is None else str(form.id),
        role=form.role,
        name=form.name,
        email=form.email,
        phone=form.phone,
        action=own.contacts if form.id is None else own.contact(form.id),
        roles=tuple(
            ChoiceView(value=role, label=role_words(words, role), chosen=role == form.role)
            for role in CONTACT_ROLES
        ),
    )


def region_title(words: Words, page: RegionPage) -> str:
    """The region's name."""
    return name_of(words, page.facts.card)
