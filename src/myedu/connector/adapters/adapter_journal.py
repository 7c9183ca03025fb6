"""A SimpleJournal over a foreign system: export tables come by their names."""

from myedu.connector.simple.journal import Rows, SimpleJournal


class AdapterJournal(SimpleJournal):
    """Implements the nine table functions of SimpleJournal by `table`, which subclasses override."""

    def close(self) -> None:
        """Release connections and files; there are none by default."""

    def table(self, name: str) -> Rows:
        """The rows of one of the contract's tables."""
        raise NotImplementedError

    def organizations(self) -> Rows:
        """The table organizations."""
        return self.table("organizations")

    def periods(self) -> Rows:
        """The table periods."""
        return self.table("periods")

    def groups(self) -> Rows:
        """The table groups."""
        return self.table("groups")

    def subjects(self) -> Rows:
        """The table subjects."""
        return self.table("subjects")

    def persons(self) -> Rows:
        """The table persons."""
        return self.table("persons")

    def enrollments(self) -> Rows:
        """The table enrollments."""
        return self.table("enrollments")

    def guardianships(self) -> Rows:
        """The table guardianships."""
        return self.table("guardianships")

    def staff(self) -> Rows:
        """The table staff."""
        return self.table("staff")

    def teaching(self) -> Rows:
        """The table teaching."""
        return self.table("teaching")
