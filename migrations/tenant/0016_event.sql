-- What happened, for whoever follows it: numbers have no gaps and stand in the order of commits.
-- Old rows are removed, so that the table is bounded.
create table event (
    event_number {identity},
    event_type text not null,
    subject text not null,
    principal text not null,
    request_id text not null,
    occurred_at bigint not null,
    -- JSON
    data text not null
);

-- The number of the last event, in one row: whoever writes events holds it until the commit.
create table event_counter (
    event_counter_id bigint not null,
    -- Part of the events' ids, so that those of another database are others.
    series text not null,
    last_number bigint not null,
    constraint event_counter_pkey primary key (event_counter_id),
    constraint event_counter_one_check check (event_counter_id = 1)
);
