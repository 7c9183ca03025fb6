"""Export packages of the ten pilot regions at their true sizes, day by day, with mistakes on demand.

`invented.school` makes a school down to the last mark; here a school is only what its export carries.
"""
