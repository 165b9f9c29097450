-- Work that one process does at a time. Rows stay, so that the number of claims only grows.
create table lease (
    lease_name text not null,
    holder text not null,
    -- Grows with each claim: what is written under an older one is refused.
    claim bigint not null,
    -- By the database's clock.
    expires_at bigint not null,
    constraint lease_pkey primary key (lease_name)
);
