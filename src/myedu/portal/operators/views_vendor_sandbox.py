"""What the templates of the vendors' sandbox get."""

from myedu.kit.web.pages import Link
from myedu.portal.operators.views import PackageRowView, RunView, View, WatchView


class FieldView(View):
    """A line of the form; `problem` says what to write instead."""

    name: str
    label: str
    value: str
    hint: str = ""
    problem: str = ""
    many_lines: bool = False


class VendorSandboxView(View):
    action: str
    fields: tuple[FieldView, ...]
    key_text: str
    key: Link
    systems: tuple[Link, ...]
    problems: tuple[str, ...] = ()


class PersonView(View):
    """`button` is empty for whom ESIA could not know."""

    person_id: str
    name: str
    button: str = ""
    problem: str = ""


class PupilView(View):
    group: str
    pupil: PersonView
    guardians: tuple[PersonView, ...] = ()


class VendorSystemView(View):
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


class AccountView(View):
    text: str
    back: Link
