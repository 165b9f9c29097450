-- Runs of templates. A run is what stands here: a restart loses nothing but secrets, which are
-- never stored.
create table scaffolder_task (
    task_id text not null,
    template_ref text not null,
    status text not null,
    created_at bigint not null,
    created_by text not null,
    started_at bigint,
    finished_at bigint,
    heartbeat_at bigint,
    runner text,
    cancel_requested boolean not null,
    needs_secrets boolean not null,
    -- The template as it was when the run was asked for, with the parameters and the person.
    spec text not null,
    output text,
    error text,
    constraint scaffolder_task_pkey primary key (task_id)
);

create index scaffolder_task_created_at on scaffolder_task (created_at);
create index scaffolder_task_status on scaffolder_task (status, created_at);

-- One row for each step of a run; a step with an output is never carried out again.
create table scaffolder_task_step (
    task_id text not null,
    position bigint not null,
    step_id text not null,
    status text not null,
    started_at bigint,
    finished_at bigint,
    output text,
    constraint scaffolder_task_step_pkey primary key (task_id, position),
    constraint scaffolder_task_step_task_fkey foreign key (task_id)
        references scaffolder_task (task_id) on delete cascade
);

-- The log. Ids grow over all runs, so that a reader asks for what came after.
create table scaffolder_task_event (
    event_id {identity},
    task_id text not null,
    created_at bigint not null,
    event_type text not null,
    step_id text,
    status text,
    message text not null,
    constraint scaffolder_task_event_task_fkey foreign key (task_id)
        references scaffolder_task (task_id) on delete cascade
);

create index scaffolder_task_event_task on scaffolder_task_event (task_id, event_id);

-- Forms that could not be taken, so that nothing that was typed is lost. Secrets are left out.
create table scaffolder_draft (
    draft_id text not null,
    user_ref text not null,
    template_ref text not null,
    draft text not null,
    created_at bigint not null,
    constraint scaffolder_draft_pkey primary key (draft_id)
);
