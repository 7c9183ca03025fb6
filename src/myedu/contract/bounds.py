"""How much an answer may hold. A reader takes this much, leaves the rest out, and says so (`left_out`).

Each number is several times what a school has, so that only a fault of a journal reaches it, and small enough
for a page about it to be made while others wait.
"""

ENTRIES_A_DAY = 150
"""Lessons, tasks, marks, absences of one day, with the teachers, links and files in them."""
MARKS_OF_SUBJECT = 500
"""Marks of one subject in one answer: three for every school day of a year."""
SUBJECTS = 100
"""Subjects with a mark in one answer."""
MARKS = 5_000
"""Marks in one answer: a pupil of thirty subjects has fewer than 3 000 a year."""

MOST_TEACHERS = 20
MOST_TASKS_OF_LESSON = 20
MOST_MARKS_OF_LESSON = 40
MOST_ABSENCES = 10
"""Of one lesson."""
MOST_LINKS = 30
MOST_FILES = 30
"""Of one task."""
