-- Lists and searches name their patients in the leaf, and many at once. To answer one person in time who calls and asks whether they were
-- among them, the database finds the leaves by patient. Openings, which are most of what is appended, are not touched by it.
create function journal_shown(leaf bytea) returns uuid[] language sql immutable strict parallel safe as $$
    select pg_catalog.string_to_array(pg_catalog.replace((pg_catalog.regexp_match(
        pg_catalog.encode(leaf, 'escape'), '"patients":\[([^\]]*)\]'))[1], '"', ''), ',')::uuid[]
$$;
create index journal_entry_shown on journal_entry using gin (journal_shown(leaf)) where kind in ('lines', 'find', 'notification');
