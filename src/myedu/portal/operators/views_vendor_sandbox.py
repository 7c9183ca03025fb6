"""What the templates of the vendors' sandbox get."""

from myedu.kit.web.pages import Link, View
from myedu.portal.operators.views import PackageRowView, RunView, WatchView


class FieldView(View, frozen=True):
    """A field of the form; `problem` says what to write instead."""

    name: str
    label: str
    value: str
    hint: str = ""
    problem: str = ""
    many_lines: bool = False


class VendorSandboxView(View, frozen=True):
    """The form, the portal's key, the registered systems."""

    action: str
    fields: tuple[FieldView, ...]
    key_text: str
    key: Link
    systems: tuple[Link, ...]
    problems: tuple[str, ...] = ()


class PersonView(View, frozen=True):
    """A person of the export. `button`: empty if no account can be matched; then `problem` says why."""

    person_id: str
    name: str
    button: str = ""
    problem: str = ""


class PupilView(View, frozen=True):
    """A pupil with the guardians."""

    group: str
    pupil: PersonView
    guardians: tuple[PersonView, ...] = ()


class VendorSystemView(View, frozen=True):
    """One system: its job, its packages, its pupils."""

    facts: tuple[tuple[str, str], ...]
    pull: str
    push: str
    watch: WatchView
    run: RunView
    packages: tuple[PackageRowView, ...]
    search: str
    begins: str
    accounts: str
    pupils: tuple[PupilView, ...]
    note: str = ""


class AccountView(View, frozen=True):
    """The account is ready."""

    text: str
    back: Link
