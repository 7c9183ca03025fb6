-- The room that a lesson was planned in, where it is in another one.
ALTER TABLE journal.lessons ADD COLUMN replaces_room text;
