-- When PostgreSQL wrote the line, which no program can choose; `at` is the time by the program's clock.
ALTER TABLE audit.lines ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT now();
