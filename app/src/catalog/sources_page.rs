//! `/catalog/sources`: where entities come from, how the reading goes, and what hosts are asked.

use crate::catalog::api::{SourceRefresh, sources_get};
use crate::resource::ServerResource;
use crate::session::{ServerForm, href};
use crate::ui::*;
use leptos::prelude::*;
use model::source::{HostView, SourceOverview, SourceView};

/// `/catalog/sources`
#[component]
pub fn SourcesPage() -> impl IntoView {
    let refresh = ServerAction::<SourceRefresh>::new();
    let overview = ServerResource::blocking(move || refresh.version().get(), |_| sources_get());
    view! {
        <Page
            title="Sources"
            subtitle="Where entities come from, and how the reading of it goes"
            width=PageWidth::Full
            breadcrumbs=vec![Crumb::link("Catalog", href("/catalog")), Crumb::here("Sources")]
        >
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Table(6, 5) /> }>
                {move || Suspend::new(async move {
                    match overview.await {
                        Ok(overview) => view! { <Overview overview refresh /> }.into_any(),
                        Err(error) => {
                            view! {
                                <ErrorState
                                    title="The sources cannot be shown"
                                    message=error.message()
                                    retry_href=href("/catalog/sources")
                                />
                            }
                                .into_any()
                        }
                    }
                })}
            </Transition>
        </Page>
    }
}

#[component]
fn Overview(overview: SourceOverview, refresh: ServerAction<SourceRefresh>) -> impl IntoView {
    let failed = refresh.value().get_untracked().and_then(Result::err);
    let failed = failed.map(|error| {
        view! { <Alert tone=Tone::Danger title="It could not be read">{error.message()}</Alert> }
    });
    let nothing = overview.sources.is_empty();
    let no_hosts = overview.hosts.is_empty();
    let sources =
        overview.sources.into_iter().map(|source| source_row(source, refresh)).collect_view();
    let hosts = overview.hosts.into_iter().map(host_row).collect_view();
    let columns = vec![
        Column::new("Source"),
        Column::number("Entities"),
        Column::new("Last run"),
        Column::new("Next run"),
        Column::hidden("Actions"),
    ];
    let host_columns = vec![
        Column::new("Host"),
        Column::number("Requests in the last hour"),
        Column::number("The host still takes"),
        Column::new("Messages"),
    ];
    view! {
        {failed}
        {if nothing {
            view! {
                <EmptyState
                    title="Nothing is read"
                    text="Name a folder, a repository or an address under catalog.locations in the configuration, or an organisation under catalog.providers."
                    icon=IconName::Boxes
                />
            }
                .into_any()
        } else {
            view! {
                <Table label="Sources" columns layout=TableLayout::Stack>
                    {sources}
                </Table>
            }
                .into_any()
        }}
        <Section
            title="Hosts"
            text="What the catalog asks of hosts of source code, and what it may ask."
        >
            {if no_hosts {
                view! {
                    <EmptyState
                        title="No host is configured"
                        text="Hosts of source code stand under integrations in the configuration, with a token and a secret for their messages."
                        compact=true
                    />
                }
                    .into_any()
            } else {
                view! {
                    <Table label="Hosts" columns=host_columns layout=TableLayout::Stack>
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
    let place = match source.configured_at {
        // What comes with the program stands in no file.
        Some(place) if place.starts_with('(') => place,
        Some(place) => format!("configured at {place}"),
        None => "registered".to_owned(),
    };
    let error = source.error.map(|error| {
        view! {
            <p class="small">
                <Badge tone=Tone::Danger>"problem"</Badge>
                " "
                {error}
            </p>
        }
    });
    let last = match (source.running, source.last_run) {
        (true, _) => view! { <Badge tone=Tone::Info>"running"</Badge> }.into_any(),
        (false, Some(at)) => view! { <RelativeTime at /> }.into_any(),
        (false, None) => view! { <span class="muted">"not yet"</span> }.into_any(),
    };
    let took = source.took_ms.map(|took| {
        view! { <p class="muted small">{format!("took {:.1} s", took as f64 / 1000.0)}</p> }
    });
    let next = match source.next_run {
        Some(at) => view! { <RelativeTime at /> }.into_any(),
        None => view! { <span class="muted">"only by hand"</span> }.into_any(),
    };
    view! {
        <tr>
            <td>
                <Badge tone=Tone::Neutral>{source.kind}</Badge>
                " "
                <span class="mono small break">{source.target}</span>
                <p class="muted small break">{place}</p>
                {error}
            </td>
            <td data-label="Entities" class="num">
                {source.entities}
                {repositories}
            </td>
            <td data-label="Last run">{last} {took}</td>
            <td data-label="Next run">{next}</td>
            <td>
                <ServerForm action=refresh>
                    <input type="hidden" name="source" value=source.key />
                    <Button
                        kind=ButtonKind::Submit
                        size=ButtonSize::Sm
                        icon=IconName::RefreshCw
                        loading=refresh.pending()
                    >
                        "Refresh now"
                    </Button>
                </ServerForm>
            </td>
        </tr>
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
            format!("{remaining}, anew in {}", minutes(seconds))
        }
        (Some(remaining), None) => remaining.to_string(),
        (None, _) => "it does not say".to_owned(),
    };
    let paused = host.paused_for.map(|seconds| {
        let text = format!("paused for {}", minutes(seconds));
        view! { <Badge tone=Tone::Warning>{text}</Badge> }
    });
    let access = (!host.signed_in).then(|| view! { <p class="muted small">"without a token"</p> });
    let messages = match (host.listens, host.last_message) {
        (false, _) => view! { <span class="muted">"no secret, so none is taken"</span> }.into_any(),
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
            <td data-label="The host still takes" class="num">{remaining} " " {paused}</td>
            <td data-label="Messages">{messages} " " {refused}</td>
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
