//! `/catalog/sources`: where entities come from, how their refresh went, and what hosts are asked.

use crate::catalog::api::{SourceRefresh, sources_get};
use crate::catalog::refresh::{announce_outcome, outcome_line};
use crate::failed::LoadError;
use crate::resource::ServerResource;
use crate::session::{ServerForm, href};
use crate::ui::*;
use leptos::prelude::*;
use model::source::{HostView, SourceOverview, SourceState, SourceView};

/// `/catalog/sources`
#[component]
pub fn SourcesPage() -> impl IntoView {
    let refresh = ServerAction::<SourceRefresh>::new();
    let overview = ServerResource::blocking(move || refresh.version().get(), |_| sources_get());
    let outcome = Signal::derive(move || refresh.value().get());
    announce_outcome(refresh.pending(), outcome);
    view! {
        <Page
            title="Sources"
            subtitle="Where entities come from, and whether they could be refreshed"
            width=PageWidth::Full
            breadcrumbs=vec![
                Crumb::link("Administration", href("/catalog/administration")),
                Crumb::here("Sources"),
            ]
        >
            {outcome_line(refresh.pending(), outcome)}
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Table(6, 5) /> }>
                {move || Suspend::new(async move {
                    match overview.await {
                        Ok(overview) => view! { <Overview overview refresh /> }.into_any(),
                        Err(error) => {
                            view! { <LoadError title="The sources cannot be shown" error /> }.into_any()
                        }
                    }
                })}
            </Transition>
        </Page>
    }
}

#[component]
fn Overview(overview: SourceOverview, refresh: ServerAction<SourceRefresh>) -> impl IntoView {
    let nothing = overview.sources.is_empty();
    let no_hosts = overview.hosts.is_empty();
    let sources =
        overview.sources.into_iter().map(|source| source_row(source, refresh)).collect_view();
    let hosts = overview.hosts.into_iter().map(host_row).collect_view();
    let columns = vec![
        Column::new("Source"),
        Column::new("Status"),
        Column::number("Entities"),
        Column::new("Last refreshed"),
        Column::new("Next refresh"),
        Column::hidden("Actions"),
    ];
    let host_columns = vec![
        Column::new("Host"),
        Column::number("Requests in the last hour"),
        Column::number("Requests left"),
        Column::new("Webhooks"),
    ];
    view! {
        {if nothing {
            view! {
                <EmptyState
                    title="No sources yet"
                    text="Name a folder, a repository or an address under catalog.locations in the configuration, or an organisation under catalog.providers."
                    icon=IconName::Boxes
                />
            }
                .into_any()
        } else {
            view! {
                <Table
                    label="Sources"
                    columns
                    layout=TableLayout::Cards
                    note="Entities of the kind Location only point to sources; as in the catalog, they do not count."
                >
                    {sources}
                </Table>
            }
                .into_any()
        }}
        <Section
            title="Hosts"
            text="Requests to Git hosts, and their limits."
        >
            {if no_hosts {
                view! {
                    <EmptyState
                        title="No host is configured"
                        text="Add Git hosts under integrations in the configuration, with a token and a webhook secret."
                        compact=true
                    />
                }
                    .into_any()
            } else {
                view! {
                    <Table label="Hosts" columns=host_columns layout=TableLayout::Cards>
                        {hosts}
                    </Table>
                }
                    .into_any()
            }}
        </Section>
    }
}

fn source_row(source: SourceView, refresh: ServerAction<SourceRefresh>) -> AnyView {
    let repositories = source.repositories.map(|count| {
        let text = match (count, source.looked_at) {
            (1, None) => "1 repository".to_owned(),
            (1, Some(looked)) => format!("1 repository, {looked} looked at"),
            (_, None) => format!("{count} repositories"),
            (_, Some(looked)) => format!("{count} repositories, {looked} looked at"),
        };
        view! { <p class="muted small">{text}</p> }
    });
    let status = status(&source);
    let place = match source.configured_at {
        // What comes with the program stands in no file.
        Some(place) if place.starts_with('(') => place,
        Some(place) => format!("configured at {place}"),
        None => "registered".to_owned(),
    };
    let last = match source.last_run {
        Some(at) => view! { <RelativeTime at /> }.into_any(),
        None => view! { <span class="muted">"not yet"</span> }.into_any(),
    };
    let did = source.last_refresh.as_ref().filter(|done| done.error.is_none());
    let did = did.map(|done| view! { <p class="muted small">{done.sentence()}</p> });
    let key = source.key.clone();
    let is_running =
        move || refresh.input().read().as_ref().is_some_and(|asked| asked.source == key);
    let loading = Signal::derive(move || refresh.pending().get() && is_running());
    let took = source.took_ms.map(|took| {
        view! { <p class="muted small">{format!("took {:.1} s", took as f64 / 1000.0)}</p> }
    });
    let next = match source.next_run {
        Some(at) => view! { <RelativeTime at planned=true /> }.into_any(),
        None => view! { <span class="muted">"manual"</span> }.into_any(),
    };
    view! {
        <tr>
            <td class="source-place">
                <Badge tone=Tone::Neutral>{source.kind}</Badge>
                " "
                <span class="mono small break">{source.target}</span>
                <p class="muted small break">{place}</p>
            </td>
            <td class="source-status" data-label="Status">{status}</td>
            <td data-label="Entities" class="num">
                {source.entities}
                {repositories}
            </td>
            <td data-label="Last refreshed">
                <div>{last} {took} {did}</div>
            </td>
            <td data-label="Next refresh">{next}</td>
            <td class="source-actions">
                <ServerForm action=refresh>
                    <input type="hidden" name="source" value=source.key />
                    <Button
                        kind=ButtonKind::Submit
                        size=ButtonSize::Sm
                        icon=IconName::RefreshCw
                        loading
                    >
                        "Refresh"
                    </Button>
                </ServerForm>
            </td>
        </tr>
    }
    .into_any()
}

/// OK, what is wrong and where, or what waits for a decision.
fn status(source: &SourceView) -> AnyView {
    let (tone, word) = match (source.running, source.state) {
        (true, _) => (Tone::Info, "Refreshing"),
        (false, SourceState::Ok) if source.last_run.is_none() => {
            (Tone::Neutral, "Not refreshed yet")
        }
        (false, state @ SourceState::Ok) => (Tone::Success, state.label()),
        (false, state @ SourceState::Error) => (Tone::Danger, state.label()),
        (false, state @ SourceState::Held) => (Tone::Warning, state.label()),
    };
    let problem = source.problem.as_ref().map(|problem| {
        view! {
            <p class="small break">{problem.message.clone()}</p>
            <p class="mono small break muted">{problem.place()}</p>
        }
        .into_any()
    });
    let whole = source.error.clone().filter(|_| problem.is_none());
    let whole = whole.map(|error| view! { <p class="small break">{error}</p> });
    let more = source.problems.saturating_sub(1);
    let more = (more > 0).then(|| {
        let to = href("/catalog?state=broken");
        view! {
            <a class="link small" href=to>
                {plural(more, "more error", "more errors")}
            </a>
        }
    });
    let held = (source.pending_removals > 0).then(|| {
        let to = href("/catalog/administration/removals");
        let words = plural(source.pending_removals, "pending removal", "pending removals");
        view! {
            <p class="small">
                <a class="link" href=to>
                    {format!("Review {words}")}
                </a>
            </p>
        }
    });
    view! {
        <div>
            <StatusWord word tone />
            {problem}
            {whole}
            {more}
            {held}
        </div>
    }
    .into_any()
}

fn host_row(host: HostView) -> AnyView {
    let used = match host.budget {
        Some(budget) => format!("{} of {budget}", host.used),
        None => host.used.to_string(),
    };
    let remaining = match (host.remaining, host.resets_in) {
        (Some(remaining), Some(seconds)) => {
            format!("{remaining}, resets in {}", minutes(seconds))
        }
        (Some(remaining), None) => remaining.to_string(),
        (None, _) => "unknown".to_owned(),
    };
    let paused = host.paused_for.map(|seconds| {
        let text = format!("paused for {}", minutes(seconds));
        view! { <Badge tone=Tone::Warning>{text}</Badge> }
    });
    let access = (!host.signed_in).then(|| view! { <p class="muted small">"without a token"</p> });
    let messages = match (host.listens, host.last_message) {
        (false, _) => view! { <span class="muted">"no webhook secret"</span> }.into_any(),
        (true, None) => view! { <span class="muted">"none yet"</span> }.into_any(),
        (true, Some(at)) => view! { "last " <RelativeTime at /> }.into_any(),
    };
    let refused = (host.refused > 0).then(|| {
        let text = format!("{} refused", host.refused);
        view! { <Badge tone=Tone::Warning>{text}</Badge> }
    });
    view! {
        <tr>
            <td>
                <Badge tone=Tone::Neutral>{host.kind}</Badge>
                " "
                {host.host}
                {access}
            </td>
            <td data-label="Requests in the last hour" class="num">{used}</td>
            <td data-label="Requests left" class="num">{remaining} " " {paused}</td>
            <td data-label="Webhooks">{messages} " " {refused}</td>
        </tr>
    }
    .into_any()
}

fn minutes(seconds: u64) -> String {
    match seconds {
        0..=90 => format!("{seconds} s"),
        _ => format!("{} min", seconds.div_ceil(60)),
    }
}
