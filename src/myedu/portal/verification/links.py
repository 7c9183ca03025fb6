"""Addresses of the head's pages, and of the operator's about schools."""

SCHOOL = "/school"
CONFIRM = f"{SCHOOL}/confirm"
INVITATION = f"{SCHOOL}/invitation"
OPERATORS_SCHOOLS = "/operator/schools"
