"""The file of posts that are not verified: the same for a school's head and for a region's officers."""

import csv
import io
from collections.abc import AsyncIterator, Iterable

from myedu.kit.csv_cells import plain_cell
from myedu.kit.i18n import Words
from myedu.portal.verification.staff_models import MissingPost
from myedu.portal.verification.staff_words import reason_title, role_text, state_text

COLUMNS = (
    "system_id", "school_id", "school", "post_id", "last_name", "first_name", "middle_name", "role",
    "position", "state", "reasons", "words", "seen_at_esia",
)  # fmt: skip
"""`reasons`: codes with a space between; `words`: the same in the reader's language."""
_PIECE = 64 * 1024


async def missing_csv(words: Words, posts: Iterable[MissingPost]) -> AsyncIterator[bytes]:
    """UTF-8 in pieces of some 64 KiB, with a BOM: programs that people open it with need it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow(COLUMNS)
    for post in posts:
        writer.writerow([plain_cell(cell) for cell in _row(words, post)])
        if text.tell() > _PIECE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _row(words: Words, post: MissingPost) -> tuple[str, ...]:
    return (
        post.system_id, post.organization_id, post.school_name, post.staff_id, post.last_name,
        post.first_name, post.middle_name or "", role_text(words, post.role), post.position or "",
        state_text(words, post.state), " ".join(post.reasons),
        "; ".join(reason_title(words, reason) for reason in post.reasons),
        post.seen_at.date().isoformat() if post.seen_at else "",
    )  # fmt: skip
