"""The file of posts that are not verified: the same for a school's head and for a region's officers."""

from collections.abc import AsyncIterator, Iterable

from myedu.kit.csv_file import csv_pieces
from myedu.kit.i18n import Words
from myedu.portal.verification.staff_models import MissingPost
from myedu.portal.verification.staff_words import reason_title, role_text, state_text

COLUMNS = (
    "system_id", "school_id", "school", "post_id", "last_name", "first_name", "middle_name", "role",
    "position", "state", "reasons", "words", "seen_at_esia",
)  # fmt: skip
"""`reasons`: codes with a space between; `words`: the same in the reader's language."""


def missing_csv(
    words: Words, posts: AsyncIterator[MissingPost] | Iterable[MissingPost]
) -> AsyncIterator[bytes]:
    """The file as the posts come."""
    return csv_pieces(COLUMNS, _rows(words, posts))


async def _rows(
    words: Words, posts: AsyncIterator[MissingPost] | Iterable[MissingPost]
) -> AsyncIterator[tuple[str, ...]]:
    if isinstance(posts, AsyncIterator):
        async for post in posts:
            yield _row(words, post)
    else:
        for post in posts:
            yield _row(words, post)


def _row(words: Words, post: MissingPost) -> tuple[str, ...]:
    return (
        post.system_id, post.organization_id, post.school_name, post.staff_id, post.last_name,
        post.first_name, post.middle_name or "", role_text(words, post.role), post.position or "",
        state_text(words, post.state), " ".join(post.reasons),
        "; ".join(reason_title(words, reason) for reason in post.reasons),
        post.seen_at.date().isoformat() if post.seen_at else "",
    )  # fmt: skip
