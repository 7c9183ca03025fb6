"""The report in four forms: terminal, JSON, JUnit and a page that a region can publish."""
