"""Links between the rooms' pages: each room announces its sections, a page shows those of its area."""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal
from uuid import UUID

import msgspec

from myedu.kit.i18n import Words
from myedu.kit.settings import Settings
from myedu.kit.web.pages import Link

Area = Literal["guardian", "child", "staff", "school", "region", "operator"]
"""guardian: about all children; child: about one child; staff: for teachers; school: for heads of
schools; region: for a region's officers; operator: for the portal's operators."""


PUBLIC_REGIONS = "/regions"
"""A page of the highest room, to which the landing page leads: a room below can't import its address."""


class NavEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One section. `label`: a message id; `href`: an address, with `{child}` in the area `child`.

    `shown_if`: whether a portal with these settings has the section; None: every portal has it.
    `stands_first`: before the sections of rooms below, as the first page of its area.
    """

    area: Area
    section: str
    label: str
    href: str
    shown_if: Callable[[Settings], bool] | None = None
    stands_first: bool = False

    def address(self, child: UUID | None = None) -> str:
        """The section's address; `child`: needed in the area `child`."""
        return self.href.format(child=child)


class HomePage(msgspec.Struct, frozen=True, kw_only=True):
    """The first page of a person's work in a room. `label`: a message id."""

    label: str
    href: str


def links_of(
    entries: Sequence[NavEntry], words: Words, area: Area, current: str, child: UUID | None = None
) -> Iterator[Link]:
    """The area's sections in the order of the rooms; `current`: the section that is open."""
    for entry in sorted(entries, key=lambda entry: not entry.stands_first):
        if entry.area == area:
            yield Link(
                label=words.gettext(entry.label),
                href=entry.address(child),
                current=entry.section == current,
            )


def address_of(entries: Sequence[NavEntry], section: str, child: UUID, default: str) -> str:
    """The section's address for another child; that of the section `default` if it has none."""
    by_name = {entry.section: entry for entry in entries if entry.area == "child"}
    return (by_name.get(section) or by_name[default]).address(child)
