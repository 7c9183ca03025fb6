"""«Моё образование»: schedule, homework and grades from any regional electronic journal."""

__version__ = "0.1.0"
