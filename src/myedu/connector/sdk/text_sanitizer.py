"""Whether a journal's answer has texts that must be made plain first (contract.plain_text).

An ordinary answer is only scanned: `needs_sanitizing` returns False, and its bytes are used as received.
"""

import re
import unicodedata

from myedu.contract.plain_text import DRAWN_BLANK, INVISIBLE

_ESCAPED = re.compile(r'\\[^"\\/nt]')
"""Any other escape of JSON may hide any character."""
_BLANK_LEADS = sorted({blank.encode()[:1] for blank in DRAWN_BLANK})
"""Their first bytes in UTF-8; the letters of Russia's languages have others."""
_ODD_LINK = re.compile(rb'"https?:[^"]*[^!-~"]')
"""A link with a space or a letter beyond ASCII, which is rewritten; or a text that begins like a link."""
_BLANK = re.compile(
    rb':\s*"(?: |\\[nt]|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xaf]|\xe2\x81\x9f|\xe3\x80\x80)+"'
)
"""A field whose text is spaces alone, of any alphabet."""
_PADDED = re.compile(rb' "\s*[,}\]]')
"""A text that ends with a space, as a CHAR(n) of a database does."""
_SUSPICIOUS = re.compile(f"[\u2028\u2029{INVISIBLE}]")


def needs_sanitizing(body: bytes) -> bool:
    """False for an answer in which no text can need sanitizing; True proves nothing."""
    text = body.decode(errors="replace")
    # By cost: each step takes microseconds for a week, the search by character classes a hundred.
    return (
        "<" in text
        or "&" in text
        or _ODD_LINK.search(body) is not None
        or _BLANK.search(body) is not None
        or _PADDED.search(body) is not None
        or ("\\" in text and _ESCAPED.search(text) is not None)
        or (not text.isprintable() and _SUSPICIOUS.search(text) is not None)
        or (any(lead in body for lead in _BLANK_LEADS) and any(blank in text for blank in DRAWN_BLANK))
        or not unicodedata.is_normalized("NFC", text)
    )
