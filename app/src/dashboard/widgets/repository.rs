//! What happens in a repository: commits, branches, tags, and what its source has beyond git.

use crate::ui::*;
use leptos::prelude::*;
use model::repository::{BranchSummary, CommitActivity, Measured, RepositoryActivity, TagSummary};
use model::time::{Timestamp, rfc3339};

/// How many commits, branches and tags are listed.
const ROWS: usize = 5;

/// Commits per week, the newest commits, branches and tags.
#[component]
pub fn RepositoryWidget(activity: RepositoryActivity) -> impl IntoView {
    let commits = match activity.commits {
        Measured::Known { value } => commits(value),
        Measured::NoData { reason, .. } => view! { <p class="muted">{reason}</p> }.into_any(),
    };
    let branches = activity.branches.into_iter().take(ROWS).map(branch).collect_view();
    let tags = activity.tags.into_iter().take(ROWS).map(tag).collect_view();
    let requests = match activity.pull_requests {
        Measured::Known { value } => {
            format!(
                "{} pull requests open, {} merged in the last 12 weeks.",
                value.open, value.merged
            )
        }
        Measured::NoData { reason, .. } => format!("Pull requests: {reason}"),
    };
    let releases = match activity.releases {
        Measured::Known { value } => {
            let newest = value.first().map(|release| release.name.clone());
            newest.map_or("No releases yet.".to_owned(), |name| format!("Newest release: {name}."))
        }
        Measured::NoData { reason, .. } => format!("Releases: {reason}"),
    };
    let older = (!activity.complete).then_some(
        "Only the newer part of the history was read; older commits are in none of these figures.",
    );
    view! {
        {commits}
        <details class="widget-details">
            <summary>
                {format!(
                    "{}, {}",
                    counted(activity.branch_count, "branch", "branches"),
                    counted(activity.tag_count, "tag", "tags"),
                )}
            </summary>
            <ul class="divided" aria-label="Branches">
                {branches}
            </ul>
            <ul class="divided" aria-label="Tags">
                {tags}
            </ul>
            <p class="muted small">{requests}</p>
            <p class="muted small">{releases}</p>
            <p class="muted small">{older}</p>
        </details>
    }
}

fn commits(activity: CommitActivity) -> AnyView {
    let bars = activity
        .per_day
        .chunks(7)
        .filter_map(|week| {
            let day = rfc3339(week.first()?.day);
            let sum: u32 = week.iter().map(|day| day.count).sum();
            Some(Bar::new(format!("Week of {}", day.get(..10)?), f64::from(sum)))
        })
        .collect::<Vec<_>>();
    let before = match activity.previous {
        Some(previous) => format!(", {previous} in the 12 weeks before"),
        None => String::new(),
    };
    let people = counted(activity.authors, "person", "people");
    let word = if activity.total == 1 { "commit" } else { "commits" };
    let rows = activity
        .recent
        .into_iter()
        .take(ROWS)
        .map(|commit| line(IconName::GitCommitHorizontal, commit.subject, commit.author, commit.at))
        .collect_view();
    view! {
        <p>
            <a class="link strong" href="#newest-commits">
                {activity.total}
            </a>
            {format!(" {word} by {people} in the last 12 weeks{before}")}
        </p>
        <BarChart label="Commits per week" bars compact=true />
        <ul class="divided" id="newest-commits" aria-label="Newest commits">
            {rows}
        </ul>
    }
    .into_any()
}

fn counted(count: u32, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn branch(branch: BranchSummary) -> AnyView {
    let state = match (branch.is_default, branch.ahead, branch.behind) {
        (true, ..) => "default".to_owned(),
        (_, Some(ahead), Some(behind)) => format!("{ahead} ahead, {behind} behind"),
        _ => String::new(),
    };
    line(IconName::GitBranch, branch.name, state, branch.last_commit_at)
}

fn tag(tag: TagSummary) -> AnyView {
    let commit = tag.commit.chars().take(8).collect();
    line(IconName::Tag, tag.name, commit, tag.at)
}

fn line(icon: IconName, title: String, detail: String, at: Timestamp) -> AnyView {
    view! {
        <li class="list-row">
            <Icon icon />
            <span class="list-main truncate">
                {title} <span class="muted small">" " {detail}</span>
            </span>
            <span class="muted small nowrap">
                <RelativeTime at />
            </span>
        </li>
    }
    .into_any()
}
