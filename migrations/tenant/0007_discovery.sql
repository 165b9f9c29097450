-- What is known of each repository of an organisation since it was looked at, so that an unchanged
-- one costs no request, also after a restart.
create table catalog_repository (
    source_key text not null,
    repository text not null,
    -- As JSON: the state that was looked at, and the files with descriptors.
    record text not null,
    constraint catalog_repository_pkey primary key (source_key, repository)
);

-- Messages of hosts that were taken, for a while, so that none is taken twice.
create table catalog_delivery (
    delivery_id text not null,
    received_at bigint not null,
    constraint catalog_delivery_pkey primary key (delivery_id)
);

create index catalog_delivery_received_at on catalog_delivery (received_at);
