-- Runs of sources that would remove more than is done without a question.
create table catalog_held_run (
    source_key text not null,
    held_at bigint not null,
    -- How many entities the source had given.
    given bigint not null,
    -- What would be removed, one reference per line.
    entity_refs text not null,
    constraint catalog_held_run_pkey primary key (source_key)
);
