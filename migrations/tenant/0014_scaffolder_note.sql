-- What a step of a run notes while it is carried out, so that it knows its own traces after an
-- interruption.
create table scaffolder_task_note (
    task_id text not null,
    position bigint not null,
    note text not null,
    constraint scaffolder_task_note_pkey primary key (task_id, position, note),
    constraint scaffolder_task_note_task_fkey foreign key (task_id)
        references scaffolder_task (task_id) on delete cascade
);
