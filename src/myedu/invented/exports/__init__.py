"""Export packages of the ten pilot regions at their true sizes, day by day, with mistakes on demand.

The generator beside it makes a believable school to the last lesson; here a school is its export alone.
"""
