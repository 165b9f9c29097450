//! What Home begins with: what waits for the person, and what changed since yesterday.

use crate::catalog::EntityName;
use crate::dashboard::api::{changed_since_yesterday, needs_get};
use crate::error::AppError;
use crate::resource::ServerResource;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use model::attention::{AttentionEntities, AttentionEntity};
use model::catalog::Problem;
use model::changes::{CatalogChange, ChangeList};
use model::dashboard::NeedsYou;
use model::history::{Change, HeldRun};
use model::task::TaskSummary;

/// How many entries of one sort are listed.
const LISTED: usize = 3;

/// The two panels.
#[component]
pub fn Panels() -> impl IntoView {
    let needs = ServerResource::streamed(|| (), |()| needs_get());
    let changes = ServerResource::streamed(|| (), |()| changed_since_yesterday());
    view! {
        <div class="home-panels">
            <section class="home-panel" aria-label="Needs you">
                <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::List(2) /> }>
                    {move || Suspend::new(async move {
                        match needs.await {
                            Ok(needs) => needs_panel(needs),
                            Err(error) => failed("Needs you", error),
                        }
                    })}
                </Transition>
            </section>
            <section class="home-panel" aria-label="Changed since yesterday">
                <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::List(2) /> }>
                    {move || Suspend::new(async move {
                        match changes.await {
                            Ok(list) => changes_panel(list),
                            Err(error) => failed("Changed since yesterday", error),
                        }
                    })}
                </Transition>
            </section>
        </div>
    }
}

/// One line in place of a panel.
fn line(title: &'static str, icon: IconName, text: String) -> AnyView {
    view! {
        <p class="home-line">
            <Icon icon />
            <span class="strong">{title}</span>
            <span class="muted">{text}</span>
        </p>
    }
    .into_any()
}

fn failed(title: &'static str, error: AppError) -> AnyView {
    line(title, IconName::TriangleAlert, error.message())
}

fn needs_panel(needs: NeedsYou) -> AnyView {
    if needs.is_empty() {
        return line("Needs you", IconName::CircleCheck, "Nothing right now.".to_owned());
    }
    let NeedsYou { failed_runs, failed_total, catalog } = needs;
    let shown_runs = failed_runs.len().min(LISTED);
    let more_runs = more(failed_total, shown_runs, "failed runs", "/create/runs?by=me");
    let runs = failed_runs.into_iter().take(LISTED).map(failed_run).collect_view();
    let removals = catalog.pending_removals.into_iter().map(removal).collect_view();
    let shown_problems = catalog.problems.len().min(LISTED);
    let more_problems =
        more(catalog.problems_total, shown_problems, "errors of sources", "/catalog/sources");
    let problems = catalog.problems.into_iter().take(LISTED).map(problem).collect_view();
    view! {
        <Card title="Needs you">
            <ul class="divided needs">
                {runs} {more_runs} {removals} {problems} {more_problems}
                {entities(catalog.broken, "broken", Tone::Danger)}
                {entities(catalog.unowned, "no owner", Tone::Warning)}
                {entities(catalog.orphaned, "orphaned", Tone::Warning)}
            </ul>
        </Card>
    }
    .into_any()
}

/// One entry: what it is, why it waits, and where a click leads.
fn entry(tone: Tone, word: &'static str, main: AnyView, detail: AnyView) -> AnyView {
    view! {
        <li class="need">
            <Badge tone>{word}</Badge>
            <span class="need-main">
                {main} <span class="need-detail muted small">{detail}</span>
            </span>
        </li>
    }
    .into_any()
}

fn link(path: &str, text: String) -> AnyView {
    view! { <a class="link" href=href(path)>{text}</a> }.into_any()
}

fn failed_run(run: TaskSummary) -> AnyView {
    let main = link(&format!("/create/runs/{}", run.id), run.template.title);
    let at = run.finished_at.unwrap_or(run.created_at);
    entry(Tone::Danger, "run failed", main, view! { <RelativeTime at /> }.into_any())
}

fn removal(run: HeldRun) -> AnyView {
    let what = match run.total {
        1 => "1 entity".to_owned(),
        total => format!("{total} entities"),
    };
    // What a program gives is known by the program's name.
    let source = run.source.strip_prefix("push:").unwrap_or(&run.source);
    let main = link("/catalog/administration/removals", format!("{what} of {source}"));
    let detail = format!("of {} it gave; they stay until you decide", run.given);
    entry(Tone::Warning, "pending removal", main, detail.into_any())
}

fn problem(problem: Problem) -> AnyView {
    let place = problem.place();
    let main = link("/catalog/sources", end_of(&place).to_owned());
    let message = without_places(&problem.message);
    let detail = view! {
        <span class="need-message" title=message.clone()>
            {message.clone()}
        </span>
    };
    entry(Tone::Danger, "error", main.into_any(), detail.into_any())
}

/// The file with its folder, or a pattern with the folder before it; the whole is on the page of
/// sources.
fn end_of(place: &str) -> &str {
    let plain = &place[..place.find('*').unwrap_or(place.len())];
    let start = plain.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
    &place[start..]
}

/// A message without the paths of the server's disk: they stand on the page of sources.
fn without_places(message: &str) -> String {
    let words =
        message.split(' ').map(|word| if word.starts_with('/') { end_of(word) } else { word });
    words.collect::<Vec<_>>().join(" ")
}

fn entities(found: AttentionEntities, word: &'static str, tone: Tone) -> AnyView {
    let shown = found.entities.len().min(LISTED);
    let rest = match found.path.as_str() {
        "" => None,
        path => more(found.total, shown, word, path),
    };
    let rows = found.entities.into_iter().take(LISTED).map(|AttentionEntity { entity, reason }| {
        entry(tone, word, view! { <EntityName link=entity /> }.into_any(), reason.into_any())
    });
    let rows = rows.collect_view();
    view! { {rows} {rest} }.into_any()
}

/// A link to those that are not listed.
fn more(total: u32, shown: usize, what: &'static str, path: &str) -> Option<AnyView> {
    let rest = (total as usize).checked_sub(shown).filter(|rest| *rest > 0)?;
    Some(view! { <li class="need">{link(path, format!("{rest} more: {what}"))}</li> }.into_any())
}

fn changes_panel(list: ChangeList) -> AnyView {
    if list.total == 0 {
        let text = "Nothing changed in the catalog.".to_owned();
        return line("Changed since yesterday", IconName::CircleCheck, text);
    }
    let count = match (list.total, list.more_than_total) {
        (1, _) => "1 change".to_owned(),
        (total, false) => format!("{total} changes"),
        (total, true) => format!("More than {total} changes"),
    };
    let rows = list.changes.into_iter().map(change).collect_view();
    view! {
        <Card
            title="Changed since yesterday"
            actions=move || {
                view! {
                    <a class="link small" href=href("/catalog/changes")>
                        {count}
                    </a>
                }
            }
        >
            <ul class="divided needs">{rows}</ul>
        </Card>
    }
    .into_any()
}

fn change(change: CatalogChange) -> AnyView {
    let tone = match change.change {
        Change::Added | Change::Restored => Tone::Success,
        Change::Removed | Change::Orphaned => Tone::Danger,
        _ => Tone::Info,
    };
    let line = change.lines.first().cloned().map(|line| format!("{line} · "));
    let detail = view! {
        {line}
        {change.author_name}
        " · "
        <RelativeTime at=change.at />
    };
    let main = view! { <EntityName link=change.entity /> };
    entry(tone, change.change.name(), main.into_any(), detail.into_any())
}

#[cfg(test)]
mod tests {
    use super::{end_of, without_places};

    #[test]
    fn a_place_is_named_by_its_file_and_folder() {
        assert_eq!(end_of("/srv/demo/legacy/billing.yaml:8:10"), "legacy/billing.yaml:8:10");
        assert_eq!(
            end_of("https://example.com/catalog-info.yaml"),
            "example.com/catalog-info.yaml"
        );
        assert_eq!(end_of("billing.yaml"), "billing.yaml");
        assert_eq!(end_of("/srv/demo/catalog/**/*.yaml"), "catalog/**/*.yaml");
        assert_eq!(
            without_places("the folder /srv/demo/catalog does not exist; see https://h/a/b"),
            "the folder demo/catalog does not exist; see https://h/a/b"
        );
    }
}
