-- What people starred. A star outlives its entity, which may come back.
create table catalog_star (
    user_ref text not null,
    entity_ref text not null,
    starred_at bigint not null,
    constraint catalog_star_pkey primary key (user_ref, entity_ref)
);

-- Arrangements of the list that people gave a name.
create table catalog_view (
    view_id text not null,
    -- Who saved it, and what this person was called.
    user_ref text not null,
    author text not null,
    name text not null,
    -- The address's query.
    query text not null,
    -- Whether everybody of the tenant sees it.
    shared boolean not null,
    changed_at bigint not null,
    -- When it was removed; it can be brought back for a day.
    removed_at bigint,
    constraint catalog_view_pkey primary key (view_id)
);

create unique index catalog_view_name on catalog_view (user_ref, name) where removed_at is null;

-- What the list opens with: the id of a view, or the name of a built-in one.
create table catalog_default_view (
    user_ref text not null,
    view_id text not null,
    constraint catalog_default_view_pkey primary key (user_ref)
);
