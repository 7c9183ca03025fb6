-- One text for every reference of the contract: {table}.{column} names a row of {target}.

-- name: find_loose
-- Ids that lead nowhere: not to a staged row, nor to a held one that stands after the package. The held ones are
-- asked only about what is not staged, so that most often nobody reads them.
WITH strange AS MATERIALIZED (
    SELECT row.line, row.{column} AS id
    FROM people.incoming_{table} row
    WHERE row.region = %(region)s::text AND row.system_id = %(system_id)s::text
        AND NOT row.deleted AND row.{column} IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM people.incoming_{target} there
            WHERE there.region = %(region)s::text AND there.system_id = %(system_id)s::text
                AND there.id = row.{column} AND NOT there.deleted
        )
)
SELECT '{table}', strange.line, '{column}', 'unknown-reference', %(severity)s::text, strange.id
FROM strange
WHERE NOT EXISTS (
    SELECT FROM people.{target} held
    WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text
        AND held.id = strange.id AND held.archived_at IS NULL
        AND held.id NOT IN (
            SELECT absent.id FROM people.incoming_differences absent
            WHERE absent.region = %(region)s::text AND absent.system_id = %(system_id)s::text
                AND absent.table_name = '{target}' AND absent.line IS NULL
        )
        AND held.id NOT IN (
            SELECT buried.id FROM people.incoming_{target} buried
            WHERE buried.region = %(region)s::text AND buried.system_id = %(system_id)s::text
                AND buried.deleted
        )
)

-- name: suspect_loose
-- Held rows that name what goes with this package.
INSERT INTO people.incoming_suspects (region, system_id, table_name, id)
SELECT held.region, held.system_id, '{table}', held.id
FROM people.{table} held
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.archived_at IS NULL
    AND held.{column} IN (
        SELECT id FROM people.incoming_differences
        WHERE region = %(region)s::text AND system_id = %(system_id)s::text
            AND table_name = '{target}' AND line IS NULL
        UNION ALL
        SELECT id FROM people.incoming_{target}
        WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND deleted
    )

-- name: empty_loose
-- An optional reference that leads nowhere costs its value, not the row.
UPDATE people.incoming_{table} row SET {column} = NULL
WHERE row.region = %(region)s::text AND row.system_id = %(system_id)s::text
    AND row.line IN (
        SELECT found.line FROM people.incoming_found found
        WHERE found.region = %(region)s::text AND found.system_id = %(system_id)s::text
            AND found.table_name = '{table}' AND found.field = '{column}' AND found.severity = 'field'
    )

-- name: keep_of_erased
-- Rows about erased persons, before they are erased with them.
INSERT INTO people.undo_{table}
SELECT held.* FROM people.{table} held
JOIN people.incoming_erased gone
    ON gone.region = held.region AND gone.system_id = held.system_id AND gone.id = held.{column}
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text
    AND NOT EXISTS (
        SELECT FROM people.undo_{table} was
        WHERE was.region = held.region AND was.system_id = held.system_id AND was.id = held.id
    )

-- name: erase_of_erased
-- Nothing that says something of an erased person stays.
DELETE FROM people.{table} held
USING people.incoming_erased gone
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text
    AND gone.region = held.region AND gone.system_id = held.system_id AND gone.id = held.{column}

-- name: doubt_of_erased
-- Rows that name what went with erased persons are judged again by the next full package.
UPDATE people.{table} held SET digest = NULL
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.digest IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM people.{target} there
        WHERE there.region = %(region)s::text AND there.system_id = %(system_id)s::text
            AND there.id = held.{column}
    )
