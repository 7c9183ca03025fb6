-- What families add to what journals say: ticks «сделано», and when they last looked.
CREATE SCHEMA diary;

CREATE TABLE diary.homework_done (
    region text NOT NULL,
    system_id text NOT NULL,
    student_id text NOT NULL,
    homework_id text NOT NULL,
    done_by uuid NOT NULL,
    done_at timestamptz NOT NULL,
    PRIMARY KEY (region, system_id, student_id, homework_id)
);

-- «Новые оценки» are those set since `before_at`, the end of the visit before the present one.
CREATE TABLE diary.visits (
    account_id uuid NOT NULL,
    child uuid NOT NULL,
    seen_at timestamptz NOT NULL,
    before_at timestamptz,
    PRIMARY KEY (account_id, child),
    CHECK (before_at <= seen_at)
);
