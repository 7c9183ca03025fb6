"""SQL that joins the stored rows of several files. Columns are in the order of the fields in models.py.

The live_… views are the rows not marked tobedeleted.
"""

from myedu.connector.adapters.oneroster.columns import GUARDIANS, STAFF, TEACHERS


def _sql_list(codes: tuple[str, ...]) -> str:
    """Constants of this program as an SQL list."""
    return ", ".join(f"'{code}'" for code in codes)


_RELATION = " ".join(f"WHEN '{role}' THEN {rank}" for rank, role in enumerate(GUARDIANS))
_RELATION_BACK = " ".join(f"WHEN {rank} THEN '{role}'" for rank, role in enumerate(GUARDIANS))

PREPARE = (
    "CREATE INDEX IF NOT EXISTS roles_by_user ON roles (userSourcedId)",
    # Sessions of a class, for its year and first day: its terms, or the year of its course.
    """CREATE TEMP TABLE class_sessions (class TEXT, session TEXT, PRIMARY KEY (class, session))
    WITHOUT ROWID""",
    """INSERT INTO class_sessions
    SELECT term.class, term.term
    FROM class_terms term JOIN live_academicSessions session ON session.sourcedId = term.term""",
    """INSERT INTO class_sessions
    SELECT class.sourcedId, year.sourcedId
    FROM live_classes class
    JOIN live_courses course ON course.sourcedId = class.courseSourcedId
    JOIN live_academicSessions year ON year.sourcedId = course.schoolYearSourcedId
    WHERE NOT EXISTS (SELECT 1 FROM class_sessions named WHERE named.class = class.sourcedId)""",
    # SQLite takes the other columns from the row that has the maximum or minimum.
    """CREATE TEMP TABLE class_years
    (class TEXT PRIMARY KEY, school_year TEXT, session TEXT, line INTEGER) WITHOUT ROWID""",
    """INSERT INTO class_years
    SELECT class, max(schoolYear), session, line
    FROM class_sessions JOIN live_academicSessions ON sourcedId = session GROUP BY class""",
    """CREATE TEMP TABLE class_starts
    (class TEXT PRIMARY KEY, starts TEXT, session TEXT, line INTEGER) WITHOUT ROWID""",
    """INSERT INTO class_starts
    SELECT class, min(startDate), session, line
    FROM class_sessions JOIN live_academicSessions ON sourcedId = session GROUP BY class""",
    # Sessions with their roots; a session in a cycle of parents has none.
    """CREATE TEMP TABLE session_trees (session TEXT PRIMARY KEY, root TEXT) WITHOUT ROWID""",
    """INSERT INTO session_trees
    WITH RECURSIVE tree (session, root) AS (
        SELECT sourcedId, sourcedId FROM live_academicSessions
        WHERE parentSourcedId IS NULL OR parentSourcedId NOT IN (SELECT sourcedId FROM live_academicSessions)
        UNION
        SELECT child.sourcedId, tree.root FROM live_academicSessions child
        JOIN tree ON child.parentSourcedId = tree.session
    )
    SELECT session, root FROM tree""",
    # Users with a guardian's role, and its dates.
    """CREATE TEMP TABLE guardians
    (user TEXT PRIMARY KEY, relation TEXT, begins TEXT, ends TEXT, line INTEGER) WITHOUT ROWID""",
    f"""INSERT INTO guardians
    SELECT userSourcedId, CASE min(CASE role {_RELATION} END) {_RELATION_BACK} END, min(beginDate),
        CASE WHEN count(endDate) = count(*) THEN max(endDate) END, min(line)
    FROM live_roles WHERE role IN ({_sql_list(GUARDIANS)}) AND userSourcedId IS NOT NULL
    GROUP BY userSourcedId""",  # noqa: S608 - constants of this program
)

ORGS = """
SELECT org.sourcedId, org.dateLastModified, org.line, org.double,
    org.name, org.type, org.parentSourcedId, parent.sourcedId IS NOT NULL
FROM live_orgs org LEFT JOIN live_orgs parent ON parent.sourcedId = org.parentSourcedId"""

NAMED_SESSIONS = """
SELECT class.schoolSourcedId, named.session, min(class.line)
FROM class_sessions named
JOIN live_classes class ON class.sourcedId = named.class
JOIN session_trees tree ON tree.session = named.session
WHERE class.schoolSourcedId IS NOT NULL
GROUP BY class.schoolSourcedId, named.session"""

ALL_SESSIONS = """
SELECT session.sourcedId, session.parentSourcedId, session.type, session.schoolYear, session.startDate
FROM session_trees tree JOIN live_academicSessions session ON session.sourcedId = tree.session"""

# A session has no school: calendars.py says whose it is.
SESSIONS = """
SELECT session.sourcedId, session.dateLastModified, session.line, session.double,
    mine.school, org.sourcedId IS NOT NULL, mine.class_line, session.title, session.type, session.startDate,
    session.endDate, session.schoolYear, parent.sourcedId, mine.number, mine.siblings
FROM school_sessions mine JOIN live_academicSessions session ON session.sourcedId = mine.session
LEFT JOIN live_orgs org ON org.sourcedId = mine.school
LEFT JOIN live_academicSessions parent ON parent.sourcedId = session.parentSourcedId"""

SESSIONS_IN_CYCLES = """
SELECT sourcedId, line FROM live_academicSessions
WHERE sourcedId NOT IN (SELECT session FROM session_trees)"""

UNUSED_SESSIONS = """
SELECT count(*) FROM session_trees WHERE session NOT IN (SELECT session FROM school_sessions)"""

CLASSES_WITHOUT_SESSION = """
SELECT count(*) FROM live_classes WHERE sourcedId NOT IN (SELECT class FROM class_sessions)"""

CLASSES = """
SELECT class.sourcedId, class.dateLastModified, class.line, class.double,
    class.title, class.grades, course.grades, class.classType, class.schoolSourcedId,
    org.sourcedId IS NOT NULL, class.courseSourcedId, year.school_year, year.session, year.line
FROM live_classes class
LEFT JOIN live_courses course ON course.sourcedId = class.courseSourcedId
LEFT JOIN live_orgs org ON org.sourcedId = class.schoolSourcedId
LEFT JOIN class_years year ON year.class = class.sourcedId"""

COURSES = """
WITH taught AS (
    SELECT class.courseSourcedId AS course, min(class.classType IS 'homeroom') AS only_homerooms,
        CASE 1 WHEN count(DISTINCT class.schoolSourcedId) THEN min(class.schoolSourcedId)
            WHEN count(DISTINCT school.parentSourcedId) THEN min(school.parentSourcedId) END AS school
    FROM live_classes class LEFT JOIN live_orgs school ON school.sourcedId = class.schoolSourcedId
    GROUP BY class.courseSourcedId
)
SELECT course.sourcedId, course.dateLastModified, course.line, course.double,
    course.title, course.subjects, course.orgSourcedId, org.sourcedId IS NOT NULL,
    coalesce(taught.only_homerooms, 0), taught.school
FROM live_courses course
LEFT JOIN taught ON taught.course = course.sourcedId
LEFT JOIN live_orgs org ON org.sourcedId = coalesce(course.orgSourcedId, taught.school)"""

USERS = """
SELECT user.sourcedId, max(
        coalesce(user.dateLastModified, more.dateLastModified),
        coalesce(more.dateLastModified, user.dateLastModified)
    ), user.line, user.double,
    user.familyName, user.givenName, user.middleName, user.userIds, more.birthDate, more.sex, more.line,
    coalesce(more.double, 0)
FROM live_users user LEFT JOIN live_demographics more ON more.sourcedId = user.sourcedId"""

ENROLLMENTS = f"""
SELECT enrolled.sourcedId, enrolled.dateLastModified, enrolled.line, enrolled.double,
    enrolled.role, enrolled.userSourcedId, user.sourcedId IS NOT NULL,
    enrolled.classSourcedId, class.sourcedId IS NOT NULL, class.classType,
    coalesce(enrolled.schoolSourcedId, class.schoolSourcedId), org.sourcedId IS NOT NULL,
    enrolled.beginDate, enrolled.endDate, first.starts, class.line, first.session, first.line,
    class.courseSourcedId, course.sourcedId IS NOT NULL,
    CASE WHEN enrolled.role IN ({_sql_list(TEACHERS)}) THEN coalesce(
        (SELECT min(role.sourcedId) FROM live_roles role
        WHERE role.userSourcedId = enrolled.userSourcedId AND role.role IN ({_sql_list(TEACHERS)})
            AND role.orgSourcedId = coalesce(enrolled.schoolSourcedId, class.schoolSourcedId)),
        (SELECT min(role.sourcedId) FROM live_roles role
        WHERE role.userSourcedId = enrolled.userSourcedId AND role.role IN ({_sql_list(tuple(STAFF))})
            AND role.orgSourcedId = coalesce(enrolled.schoolSourcedId, class.schoolSourcedId)),
        (SELECT min(role.sourcedId) FROM live_roles role
        WHERE role.userSourcedId = enrolled.userSourcedId AND role.role IN ({_sql_list(tuple(STAFF))}))
    ) END
FROM live_enrollments enrolled
LEFT JOIN live_users user ON user.sourcedId = enrolled.userSourcedId
LEFT JOIN live_classes class ON class.sourcedId = enrolled.classSourcedId
LEFT JOIN live_orgs org ON org.sourcedId = coalesce(enrolled.schoolSourcedId, class.schoolSourcedId)
LEFT JOIN class_starts first ON first.class = enrolled.classSourcedId
LEFT JOIN live_courses course ON course.sourcedId = class.courseSourcedId"""  # noqa: S608 - constants of this program

_TEACHES = f"enrolled.role IN ({_sql_list(TEACHERS)})"
STUDENTS = f"{ENROLLMENTS} WHERE enrolled.role IS NULL OR NOT {_TEACHES}"
"""Also enrollments whose role has no place."""
TEACHERS_OF_CLASSES = f"{ENROLLMENTS} WHERE {_TEACHES} AND class.classType IS NOT 'homeroom'"
TEACHERS_OF_HOMEROOMS = f"{ENROLLMENTS} WHERE {_TEACHES} AND class.classType IS 'homeroom'"

AGENT_LINKS = """
SELECT link.user, link.modified, link.line, link.double, link.other, link.role,
    user.sourcedId IS NOT NULL, other.sourcedId IS NOT NULL, mine.relation, theirs.relation,
    EXISTS (SELECT 1 FROM live_roles WHERE userSourcedId = link.user AND role = 'student'),
    EXISTS (SELECT 1 FROM live_roles WHERE userSourcedId = link.other AND role = 'student'),
    coalesce(theirs.begins, mine.begins), coalesce(theirs.ends, mine.ends),
    coalesce(theirs.line, mine.line), year.starts, year.line
FROM links link
LEFT JOIN (SELECT min(startDate) AS starts, line FROM live_academicSessions) year
LEFT JOIN live_users user ON user.sourcedId = link.user
LEFT JOIN live_users other ON other.sourcedId = link.other
LEFT JOIN guardians mine ON mine.user = link.user
LEFT JOIN guardians theirs ON theirs.user = link.other"""

ROLES = """
SELECT role.sourcedId, role.dateLastModified, role.line, role.double,
    role.role, role.userSourcedId, user.sourcedId IS NOT NULL, role.orgSourcedId, org.sourcedId IS NOT NULL,
    role.beginDate, role.endDate
FROM live_roles role
LEFT JOIN live_users user ON user.sourcedId = role.userSourcedId
LEFT JOIN live_orgs org ON org.sourcedId = role.orgSourcedId"""
