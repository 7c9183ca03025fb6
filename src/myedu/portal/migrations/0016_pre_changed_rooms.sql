-- Events of lessons whose room has changed. 0018 checks the rows that are there already.
ALTER TABLE federation.events DROP CONSTRAINT events_kind_check;
ALTER TABLE federation.events ADD CONSTRAINT events_kind_check CHECK (kind IN (
    'mark-new', 'mark-changed', 'lesson-cancelled', 'lesson-restored', 'lesson-moved', 'lesson-replaced',
    'lesson-room-changed', 'homework-new', 'homework-changed'
)) NOT VALID;
