"""A room that only tests have, a school library: a room needs nothing central but its place in the list."""
