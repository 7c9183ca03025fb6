"""Views of all regions: the operator's first page, an officer's choice, everyone's page."""

from collections.abc import Sequence

from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link
from myedu.portal.operators import service as operators
from myedu.portal.operators.models import ConformanceOf
from myedu.portal.pilot import links
from myedu.portal.pilot.charts import posts_share, schools_share, spark, whole_percent
from myedu.portal.pilot.models import Officer, Overview, PublicRegion, RegionFacts, Trouble
from myedu.portal.pilot.readiness import ZONE
from myedu.portal.pilot.views import (
    AttentionView,
    ChooseView,
    OverviewView,
    PublicRegionView,
    PublicView,
    RegionRowView,
    ShareView,
    TagView,
)
from myedu.portal.pilot.words import (
    grouped,
    moment,
    name_of,
    since,
    state_words,
    trouble_tag,
    trouble_words,
)

_SHOWN_TROUBLES = 5


def overview_view(words: Words, overview: Overview, query: str) -> OverviewView:
    """All regions, or those whose name or code has the query."""
    _ = words.gettext
    wanted = " ".join(query.split()).casefold()
    shown = [
        one
        for one in overview.regions
        if wanted in name_of(words, one.card).casefold() or wanted == one.card.code
    ]
    connected = sum(one.card.state == "connected" for one in overview.regions)
    troubled = sum(bool(one.troubles) for one in overview.regions)
    summary = _("Regions: {all}; connected: {connected}; need action: {troubled}").format(
        all=len(overview.regions), connected=connected, troubled=troubled
    )
    return OverviewView(
        summary=summary,
        action=links.PILOT,
        query=query,
        attention=tuple(_attention(words, one, overview) for one in shown if one.troubles),
        regions=tuple(_row(words, one, overview) for one in shown),
        counted=_("Counted on {time}").format(time=moment(words, overview.posts_counted_at)),
        nothing="" if shown else _("No region has «{query}» in its name.").format(query=query),
    )


def _attention(words: Words, region: RegionFacts, overview: Overview) -> AttentionView:
    name, href = name_of(words, region.card), f"{links.PILOT}/{region.card.code}"
    shown = region.troubles[:_SHOWN_TROUBLES]
    rest = len(region.troubles) - len(shown)
    return AttentionView(
        region=Link(label=name, href=href),
        action=Link(label=words.gettext("Look into it: {region}").format(region=name), href=href),
        troubles=trouble_tags(words, region, overview, shown),
        more=words.gettext("and {number} more").format(number=rest) if rest else "",
    )


def trouble_tags(
    words: Words, region: RegionFacts, at: Overview, troubles: Sequence[Trouble]
) -> tuple[TagView, ...]:
    """Troubles as words; where the region has several systems, with the name of each."""
    several = len(region.systems) > 1
    return tuple(
        TagView(
            tag=trouble_tag(words, one),
            tone=one.severity,
            text=(f"{one.about}: " if several and one.about else "") + trouble_words(words, one, at.now),
        )
        for one in troubles
    )


def region_state(words: Words, region: RegionFacts) -> TagView:
    """The worst trouble in a word, else the region's own state."""
    if region.troubles:
        worst = region.troubles[0]
        tag, tone = trouble_tag(words, worst), str(worst.severity)
    else:
        tag, tone = state_words(words, region.card.state)
    return TagView(tag=tag.replace(" ", "\N{NO-BREAK SPACE}"), tone=tone)  # one line in a narrow column


def _row(words: Words, region: RegionFacts, overview: Overview) -> RegionRowView:
    today = region.today
    return RegionRowView(
        region=Link(label=name_of(words, region.card), href=f"{links.PILOT}/{region.card.code}"),
        state=region_state(words, region),
        interfaces=f"{today.conforming} / {today.systems}" if today.systems else "—",
        exports=_last_export(words, region, overview),
        answers=answers_text(words, region),
        schools=schools_view(words, region),
        posts=posts_view(words, region),
    )


def _last_export(words: Words, region: RegionFacts, overview: Overview) -> str:
    times = [one.arrivals.last_good_at for one in region.systems if one.arrivals.last_good_at]
    if not times:
        return "—"
    return words.gettext("{time} ago").format(time=since(words, min(times), overview.now))


def answers_text(words: Words, region: RegionFacts) -> str:
    """What families and teachers saw in the last day."""
    today = region.today
    total = today.fresh + today.stale + today.unavailable
    if not total:
        return "—"
    return words.gettext("fresh {fresh} %").format(fresh=words.decimal(100 * today.fresh / total, 1))


def schools_view(words: Words, region: RegionFacts) -> ShareView:
    """Schools with a verified account of the legal entity."""
    today = region.today
    return ShareView(
        title=words.gettext("Schools with a verified account of the legal entity"),
        text=of_all(words, today.schools_verified, today.schools),
        percent=whole_percent(schools_share(today)),
        spark=spark(words, (*region.trend, today), schools_share),
    )


def posts_view(words: Words, region: RegionFacts) -> ShareView:
    """Posts of teachers with a verified account."""
    today = region.today
    return ShareView(
        title=words.gettext("Posts of staff with a verified account"),
        text=of_all(words, today.posts_verified, today.posts),
        percent=whole_percent(posts_share(today)),
        spark=spark(words, (*region.trend, today), posts_share),
    )


def of_all(words: Words, number: int, everything: int) -> str:
    """«620 из 650»; a dash where there is nothing to count."""
    if not everything:
        return "—"
    return words.gettext("{number} of {all}").format(number=grouped(number), all=grouped(everything))


def choose_view(words: Words, officer: Officer) -> ChooseView:
    """The regions of an officer of several."""
    return ChooseView(
        regions=tuple(
            Link(label=name_of(words, card), href=f"{links.REGION}/{card.code}") for card in officer.regions
        )
    )


def public_view(words: Words, regions: Sequence[PublicRegion]) -> PublicView:
    """Which regions are connected, for everyone."""
    _ = words.gettext
    connected = sum(one.since is not None for one in regions)
    return PublicView(
        summary=_("Connected: {number} of {all}").format(number=connected, all=len(regions)),
        regions=tuple(_public(words, one) for one in regions),
        back=Link(label=_("To the first page"), href="/"),
    )


def _public(words: Words, region: PublicRegion) -> PublicRegionView:
    _ = words.gettext
    if region.since is None:
        state, since_text = TagView(tag=_("not connected yet"), tone=""), ""
    elif region.state == "paused":
        state, since_text = TagView(tag=_("paused"), tone="warn"), ""
    else:
        day = words.date_numeric(region.since.astimezone(ZONE).date())
        state, since_text = TagView(tag=_("connected"), tone="good"), _("since {day}").format(day=day)
    return PublicRegionView(
        name=region.name,
        state=state,
        since=since_text,
        reports=tuple(_public_report(words, report) for report in region.reports),
    )


def _public_report(words: Words, report: ConformanceOf) -> Link:
    _ = words.gettext
    day = words.date_numeric(report.judged_at.astimezone(ZONE).date())
    outcome = _("passed on {day}") if report.exit_status == 0 else _("not passed on {day}")
    label = f"{report.product or report.system_id}: {outcome.format(day=day)}"
    return Link(label=label, href=operators.report_address(report.system_id))
