"""The report in four formats: terminal, JSON, JUnit, and an HTML page that a region can publish."""
