"""Error pages by HTTP status: what happened and what to do."""

from myedu.kit.i18n import Words
from myedu.kit.web.pages import ErrorView, Link

TEMPLATE = "web/error.html"


def error_title(words: Words, status: int) -> str:
    """The title of the error page, or of the problem for a program."""
    _ = words.gettext
    titles = {
        401: _("Please sign in"),
        403: _("This can't be done"),
        404: _("There is no such page"),
        429: _("Too many requests"),
        503: _("The portal is busy"),
    }
    if status in titles:
        return titles[status]
    return _("The portal failed") if status >= 500 else _("The request can't be understood")


def error_view(words: Words, status: int, home: str = "/") -> ErrorView:
    """The text of the error page, with a link to `home`, a local path."""
    _ = words.gettext
    texts = {
        401: _("Your session has ended, or no one has signed in on this device."),
        403: _("Perhaps the page stood open for too long. Open it again and repeat."),
        404: _("Check the address, or start from the first page."),
        429: _("Wait a minute and open the page again."),
        503: _("Too many people have come at once. Wait a minute and open the page again."),
    }
    unknown = (
        _("It isn't your fault, and nothing was lost. Try again in a few minutes.")
        if status >= 500
        else _("The address or the form has a mistake. Start from the first page.")
    )
    return ErrorView(text=texts.get(status, unknown), action=Link(label=_("To the first page"), href=home))
