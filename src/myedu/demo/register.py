"""The demo's register of the pilot: of its ten regions three are live, one of them with an officer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from myedu.demo import people

_CONNECTED, _JOINING = "connected", "joining"
_LIVE = {"25": _CONNECTED, people.SCHOOL_REGION: _CONNECTED, people.WAITING_REGION: _JOINING}
_CONTACTS = {
    "25": ("authority", "Кречетова Вероника Львовна", "ministry@example.org"),
    people.SCHOOL_REGION: ("vendor", "Поддержка журнала", "journal-16@example.org"),
    people.WAITING_REGION: ("vendor", "Поддержка журнала", "journal-14@example.org"),
}


def fill_register(run: Callable[..., str], today: str) -> None:
    """Set the cards of the live regions by the operators' commands; what is there already stays.

    `run`: a command of `myedu`, which returns what it prints. Raises ProgramError.
    """

    def fill(region: str, state: str) -> None:
        card = ["--state", state, "--joined-on", today]
        if region == "25":
            card += ["--authority", str(people.AUTHORITY)]
        run("regions", "set", region, *card)
        if run("regions", "contacts", region, "--json").strip() in ("", "[]"):
            role, name, email = _CONTACTS[region]
            run("regions", "contacts", region, "--add", role, name, "--email", email)

    with ThreadPoolExecutor(len(_LIVE)) as pool:
        list(pool.map(fill, _LIVE, _LIVE.values()))
