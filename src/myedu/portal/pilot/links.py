"""Addresses of the pilot's pages: the operator's, the officer's, and everyone's."""

from myedu.portal.navigation import PUBLIC_REGIONS

PILOT = "/pilot"
REGION = "/region"
PUBLIC = PUBLIC_REGIONS


class RegionLinks:
    """Addresses of one region's pages, below /pilot or /region."""

    def __init__(self, base: str, code: str) -> None:
        self.page = f"{base}/{code}"
        self.schools = f"{self.page}/schools"
        self.schools_file = f"{self.page}/schools.csv"
        self.teachers = f"{self.page}/teachers"
        self.teachers_file = f"{self.page}/teachers.csv"
        self.card = f"{self.page}/card"
        self.contacts = f"{self.page}/contacts"
        self.publication = f"{self.page}/publication"

    def contact(self, id: int) -> str:
        """POST here changes a contact, or removes it."""
        return f"{self.contacts}/{id}"


def of_page(address: str, number: int) -> str:
    """A page of a list."""
    return address if number == 1 else f"{address}?page={number}"
