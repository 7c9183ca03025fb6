-- The schema of a database, part by part. Each query gives one column of text, in a canonical order.
-- Left out: system objects, functions of extensions, and the table of applied migrations.

-- name: extensions
-- Extensions by name; none is expected here.
SELECT 'extension ' || extname FROM pg_extension ORDER BY extname COLLATE "C"

-- name: schemas
-- Schemas other than public.
SELECT 'schema ' || quote_ident(nspname)
FROM pg_namespace
WHERE nspname NOT LIKE 'pg\_%%' AND nspname NOT IN ('information_schema', 'public')
ORDER BY nspname COLLATE "C"

-- name: types
-- Enums with their labels, domains with their rules, ranges.
SELECT format('type %%s.%%s: ', quote_ident(n.nspname), quote_ident(t.typname)) || CASE t.typtype
        WHEN 'e' THEN 'enum ' || (
            SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder)
            FROM pg_enum WHERE enumtypid = t.oid)
        WHEN 'd' THEN concat_ws(' ',
            'domain', format_type(t.typbasetype, t.typtypmod),
            CASE WHEN t.typnotnull THEN 'NOT NULL' END,
            'DEFAULT ' || t.typdefault,
            (SELECT string_agg(pg_get_constraintdef(oid), ' ' ORDER BY conname)
             FROM pg_constraint WHERE contypid = t.oid AND contype = 'c'))
        ELSE 'range' END
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname NOT LIKE 'pg\_%%' AND n.nspname <> 'information_schema' AND t.typtype IN ('e', 'd', 'r')
ORDER BY n.nspname COLLATE "C", t.typname COLLATE "C"

-- name: tables
-- Tables with their columns in the order of SELECT *; partitions with their parent and bounds.
SELECT concat_ws(' ',
        CASE c.relkind WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign' WHEN 'c' THEN 'composite' END,
        CASE c.relpersistence WHEN 'u' THEN 'unlogged' END,
        'table', c.oid::regclass,
        'PARTITION BY ' || pg_get_partkeydef(c.oid),
        (SELECT concat_ws(' ', 'INHERITS', string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno))
         FROM pg_inherits WHERE inhrelid = c.oid HAVING count(*) > 0),
        pg_get_expr(c.relpartbound, c.oid),
        'WITH ' || c.reloptions::text,
        CASE WHEN c.relrowsecurity THEN 'ROW LEVEL SECURITY' END)
    || coalesce(columns.lines, '')
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
    SELECT string_agg(concat_ws(' ',
            E'\n   ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attcollation <> t.typcollation THEN 'COLLATE ' || a.attcollation::regcollation END,
            CASE WHEN a.attnotnull THEN 'NOT NULL' END,
            CASE a.attidentity WHEN 'a' THEN 'IDENTITY ALWAYS' WHEN 'd' THEN 'IDENTITY BY DEFAULT' END,
            CASE a.attgenerated WHEN '' THEN 'DEFAULT ' ELSE 'GENERATED ' || a.attgenerated::text || ' ' END
                || pg_get_expr(f.adbin, f.adrelid)), '' ORDER BY a.attnum) AS lines
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
) columns
WHERE c.relkind IN ('r', 'p', 'f', 'c')
    AND n.nspname NOT LIKE 'pg\_%%' AND n.nspname <> 'information_schema'
    AND c.oid IS DISTINCT FROM to_regclass('public.schema_migration')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"

-- name: constraints
-- Keys, references and checks. NOT NULL, a constraint since version 18, stands with its column.
SELECT concat_ws(' ', 'constraint', c.oid::regclass, quote_ident(k.conname), pg_get_constraintdef(k.oid))
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype NOT IN ('n', 't')
    AND n.nspname NOT LIKE 'pg\_%%' AND n.nspname <> 'information_schema'
    AND c.oid IS DISTINCT FROM to_regclass('public.schema_migration')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", k.conname COLLATE "C"

-- name: indexes
-- Indexes that belong to no constraint.
SELECT pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT LIKE 'pg\_%%' AND n.nspname <> 'information_schema'
    AND c.oid IS DISTINCT FROM to_regclass('public.schema_migration')
    AND NOT EXISTS (
        SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY i.indexrelid::regclass::text COLLATE "C"

-- name: sequences
-- Sequences, including those of identity columns.
SELECT format('sequence %%s AS %%s START %%s INCREMENT %%s MIN %%s MAX %%s CYCLE %%s', c.oid::regclass,
    s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle)
FROM pg_sequence s
JOIN pg_class c ON c.oid = s.seqrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT LIKE 'pg\_%%'
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"

-- name: views
-- Views as PostgreSQL prints them.
SELECT concat_ws(' ', CASE c.relkind WHEN 'm' THEN 'materialized' END, 'view', c.oid::regclass,
    'WITH ' || c.reloptions::text, E'AS\n' || pg_get_viewdef(c.oid))
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND n.nspname NOT LIKE 'pg\_%%' AND n.nspname <> 'information_schema'
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"

-- name: functions
-- Functions and procedures, whole.
SELECT CASE WHEN p.prokind = 'a' THEN 'aggregate ' || p.oid::regprocedure ELSE pg_get_functiondef(p.oid) END
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname NOT LIKE 'pg\_%%' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (
        SELECT FROM pg_depend d
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY p.oid::regprocedure::text COLLATE "C"

-- name: triggers
-- Triggers, and whether they fire.
SELECT pg_get_triggerdef(g.oid) || CASE g.tgenabled WHEN 'O' THEN '' ELSE ' enabled: ' || g.tgenabled::text END
FROM pg_trigger g
JOIN pg_class c ON c.oid = g.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND n.nspname NOT LIKE 'pg\_%%' AND n.nspname <> 'information_schema'
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", g.tgname COLLATE "C"

-- name: policies
-- Row security.
SELECT concat_ws(' ', 'policy', c.oid::regclass, quote_ident(p.polname), p.polcmd,
    pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_policy p
JOIN pg_class c ON c.oid = p.polrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", p.polname COLLATE "C"
