ALTER TABLE federation.events VALIDATE CONSTRAINT events_kind_check;
