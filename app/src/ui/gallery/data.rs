//! Gallery: cards, tables, numbers, processes, texts.

use super::actions::LONG;
use super::part;
use crate::ui::*;
use leptos::prelude::*;
use model::time::Timestamp;

pub(super) fn cards() -> AnyView {
    let content = view! {
        <div class="grid-cards">
            <Card
                title="About"
                subtitle="With everything a card has"
                icon=IconName::Info
                actions=|| {
                    view! { <IconButton icon=IconName::Pencil label="Edit" size=ButtonSize::Sm /> }
                }
                footer=|| view! { "From 2 repositories, 5 minutes ago" }
            >
                <KeyValue>
                    <KeyValueItem label="Owner">
                        <a href="/ui">"platform-team"</a>
                    </KeyValueItem>
                    <KeyValueItem label="Lifecycle">
                        <Badge tone=Tone::Success>"production"</Badge>
                    </KeyValueItem>
                    <KeyValueItem label="System" />
                    <KeyValueItem label="Description">{LONG}</KeyValueItem>
                    <KeyValueItem label="Source">
                        <CopyValue value="url:https://git.example.com/platform/billing-service/blob/main/catalog-info.yaml" />
                    </KeyValueItem>
                </KeyValue>
            </Card>
            <Card title="A heading that leads somewhere" href="/ui" flush=true>
                <ul class="divided">
                    <li>
                        <a class="list-row" href="/ui">
                            <Icon icon=IconName::Package />
                            <span class="list-main">"billing-service"</span>
                            <span class="muted">"component"</span>
                        </a>
                    </li>
                    <li>
                        <a class="list-row" href="/ui">
                            <Icon icon=IconName::Puzzle />
                            <span class="list-main truncate">{LONG}</span>
                            <span class="muted">"api"</span>
                        </a>
                    </li>
                </ul>
            </Card>
            <Card>
                <KeyValue stacked=true>
                    <KeyValueItem label="Commits">"1,204"</KeyValueItem>
                    <KeyValueItem label="Authors">"12"</KeyValueItem>
                    <KeyValueItem label="Branches">"7"</KeyValueItem>
                    <KeyValueItem label="Tags" />
                </KeyValue>
            </Card>
        </div>
    };
    part("Cards and facts", content.into_any())
}

pub(super) fn tables(scheme: &'static str) -> AnyView {
    let (some, few) = match scheme {
        "light" => ("Pages", "Few pages"),
        _ => ("Pages, dark", "Few pages, dark"),
    };
    let columns = || {
        vec![
            Column::new("Name").sorted(Some(true), "/ui"),
            Column::new("Owner").sorted(None, "/ui"),
            Column::new("Lifecycle"),
            Column::number("Runs"),
            Column::hidden("Actions"),
        ]
    };
    let rows = || {
        [("billing-service", "payments", 128), ("catalog", "platform-team", 7), (LONG, "x", 0)]
            .map(|(name, owner, runs)| {
                view! {
                    <tr>
                        <td data-label="Name">
                            <a href="/ui">{name}</a>
                        </td>
                        <td data-label="Owner">{owner}</td>
                        <td data-label="Lifecycle">
                            <Badge tone=Tone::Success>"production"</Badge>
                        </td>
                        <td class="num" data-label="Runs">
                            {runs}
                        </td>
                        <td class="num">
                            <IconButton
                                icon=IconName::Ellipsis
                                label="More"
                                size=ButtonSize::Sm
                            />
                        </td>
                    </tr>
                }
            })
            .collect_view()
    };
    let line_columns = || {
        vec![
            Column::new("Name"),
            Column::new("Description"),
            Column::new("Owner"),
            Column::new("Lifecycle"),
            Column::new("Freshness"),
        ]
    };
    let line_rows = [
        ("billing-service", "payments", "production", "fresh"),
        ("catalog", "platform-team", "experimental", "stale"),
        ("ledger", "payments", "deprecated", "expired"),
    ]
    .map(|(name, owner, lifecycle, freshness)| {
        view! {
            <tr>
                <td>
                    <RowLink href="/ui">{name}</RowLink>
                </td>
                <td class="grow muted" data-label="Description">
                    {LONG}
                </td>
                <td data-label="Owner">
                    <a href="/ui">{owner}</a>
                </td>
                <td data-label="Lifecycle">
                    <StatusWord word=lifecycle />
                </td>
                <td data-label="Freshness">
                    <StatusWord word=freshness />
                </td>
            </tr>
        }
    })
    .collect_view();
    let content = view! {
        <Table label="Components" columns=columns() layout=TableLayout::Stack>
            {rows()}
        </Table>
        <Table label="Components, dense" columns=columns() dense=true note="Three of three">
            {rows()}
        </Table>
        <Table label="Components, one line each" columns=line_columns() lines=true>
            {line_rows}
        </Table>
        <Pagination page=4 per_page=20 total=412 label=some href=|page| format!("/ui?page={page}") />
        <Pagination page=1 per_page=20 total=3 label=few href=|page| format!("/ui?page={page}") />
    };
    part("Tables", content.into_any())
}

pub(super) fn numbers() -> AnyView {
    let trend = |direction, tone, text: &str| {
        Some(Trend { direction, tone, text: text.to_owned(), against: "30 days before".to_owned() })
    };
    let weeks = vec![3.0, 5.0, 4.0, 8.0, 6.0, 9.0, 12.0, 10.0, 14.0];
    let day = |day| Bar::new(format!("{} Nov", day + 1), f64::from((day * 7) % 11 % 9));
    let days = move || (0..30).map(day).collect::<Vec<_>>();
    let content = view! {
        <Card>
            <div class="grid-stats">
                <Stat
                    label="Deployment frequency"
                    value="1.4"
                    unit="/ day"
                    trend=trend(TrendDirection::Up, Tone::Success, "12 %")
                    band=Some((Tone::Success, "Elite".to_owned()))
                >
                    <Sparkline label="Deployments per week" values=weeks.clone() />
                </Stat>
                <Stat
                    label="Lead time for changes"
                    value="3.2"
                    unit="days"
                    trend=trend(TrendDirection::Up, Tone::Danger, "0.8 days")
                    band=Some((Tone::Warning, "Medium".to_owned()))
                    help="Median from the commit to the deployment that carries it"
                />
                <Stat
                    label="Change failure rate"
                    value="No deployments in these 30 days"
                    missing=true
                />
            </div>
        </Card>
        <Card title="Commits per day">
            <BarChart label="Commits per day" bars=days() />
        </Card>
        <Card title="Compact">
            <BarChart label="Commits per day" bars=days() tone=Tone::Info compact=true />
        </Card>
        <Card title="By kind">
            <StackedBar
                label="Entities by kind"
                segments=vec![
                    Segment::new("Component", 42.0).href("/ui"),
                    Segment::new("API", 18.0).href("/ui"),
                    Segment::new("Resource", 11.0),
                    Segment::new("System", 7.0),
                    Segment::new("Group", 5.0),
                    Segment::new("User", 23.0),
                ]
            />
        </Card>
        <Progress label="Step 3 of 7" value=43.0 text="43 %" />
        <Progress label="Fetching the template" />
    };
    part("Numbers", content.into_any())
}

pub(super) fn processes() -> AnyView {
    let steps = || {
        vec![
            Step::new("Fetch the template", StepState::Done).detail("2 s"),
            Step::new("Publish the repository", StepState::Failed)
                .detail("The remote refused the push."),
            Step::new("Register", StepState::Active).detail("running for 4 s").href("#log"),
            Step::new("Notify", StepState::Skipped),
            Step::new("Clean up", StepState::Waiting),
        ]
    };
    let now = now();
    let before = move |minutes: i64| Timestamp(now.0 - minutes * 60_000);
    let content = view! {
        <Card title="Steps">
            <Stepper label="Steps of the run" steps=steps() />
        </Card>
        <Card title="Steps side by side">
            <Stepper
                label="Steps of the form"
                horizontal=true
                steps=vec![
                    Step::new("Use template", StepState::Done),
                    Step::new("Fill in", StepState::Active),
                    Step::new("Review", StepState::Waiting),
                ]
            />
        </Card>
        <LogView label="Output of the run">
            <LogLine number=1 time="12:04:31" level=LogLevel::Heading text="Fetch the template" />
            <LogLine number=2 time="12:04:31" text="Copying 12 files" />
            <LogLine
                number=3
                time="12:04:32"
                level=LogLevel::Warning
                text="README.md exists and is kept"
            />
            <LogLine
                number=4
                time="12:04:33"
                level=LogLevel::Error
                text="push refused: the branch main is protected"
            />
            <LogLine number=5 time="12:04:33" text=LONG />
        </LogView>
        <Card title="History">
            <Timeline label="History">
                <TimelineItem icon=IconName::Rocket tone=Tone::Success at=before(3)>
                    "Version 1.4.0 deployed"
                </TimelineItem>
                <TimelineItem icon=IconName::GitMerge tone=Tone::Accent at=before(95)>
                    <a href="/ui">"#12"</a>
                    " merged: "
                    {LONG}
                </TimelineItem>
                <TimelineItem icon=IconName::GitCommitHorizontal at=before(3_000)>
                    "First commit"
                </TimelineItem>
            </Timeline>
        </Card>
    };
    part("Processes", content.into_any())
}

pub(super) fn texts() -> AnyView {
    const YAML: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: billing-service\n  description: A line that is long enough to need scrolling in most of the places where it may appear\n";
    const HTML: &str = "<h2>Getting started</h2><p>Running text with <a href=\"/ui\">a link</a>, \
        <strong>emphasis</strong> and <code>code</code>.</p><ul><li>One</li><li>Two</li></ul>\
        <blockquote><p>A quotation.</p></blockquote><table><thead><tr><th>Key</th><th>Value</th>\
        </tr></thead><tbody><tr><td>port</td><td>3000</td></tr></tbody></table>";
    let content = view! {
        <CodeBlock code=YAML title="catalog-info.yaml" numbers=true />
        <CodeBlock code="cargo xtask dev" />
        <Card title="Prose">
            <Prose html=HTML />
        </Card>
        <p>
            "A paragraph with " <a href="/ui">"a link"</a> ", "
            <ExternalLink href="https://example.org/">"a link that leaves"</ExternalLink> " and "
            <code>"code"</code> "."
        </p>
    };
    part("Texts", content.into_any())
}
