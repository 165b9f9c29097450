//! `/catalog/register`: what an address or a text would give, before anything is written.

use crate::catalog::api::{RegistrationCreate, registration_get};
use crate::catalog::changes::ChangeTable;
use crate::catalog::overview::relation;
use crate::catalog::{EntityName, kind_icon, kind_title};
use crate::resource::ServerResource;
use crate::session::{DraftKey, KeptDraft, ServerForm, draft_sent, forget_draft, href};
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use model::catalog::Problem;
use model::registration::{
    DescriptorDraft, PreviewEntity, PreviewState, Registration, RegistrationAsked,
};

/// `/catalog/register`, with `?address=` for what is looked at.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let query = use_query_map();
    let address = Memo::new(move |_| query.read().get("address").unwrap_or_default());
    let create = ServerAction::<RegistrationCreate>::new();
    let found = ServerResource::blocking(
        move || (address.get(), create.version().get()),
        |(address, _)| async move { registration_get(address).await },
    );
    let (address_draft, text_draft) = (DraftKey::of(ADDRESS), DraftKey::of(TEXT));
    Effect::new(move |_| {
        if matches!(create.value().get(), Some(Ok(_))) {
            forget_draft(&address_draft);
            forget_draft(&text_draft);
        }
    });
    let outcome = move || {
        create.value().get().and_then(|outcome| match outcome {
            Ok(links) => {
                let links = links
                    .into_iter()
                    .map(|link| {
                        view! {
                            <li>
                                <EntityName link />
                            </li>
                        }
                    })
                    .collect::<Vec<_>>();
                let done = view! {
                    <Alert tone=Tone::Success title="Registered">
                        <ul class="plain-list">{links}</ul>
                    </Alert>
                };
                Some(done.into_any())
            }
            // It stands at the address.
            Err(_) => None,
        })
    };
    view! {
        <Page
            title="Register"
            subtitle="Preview what a URL or a catalog-info.yaml adds before it is stored"
            icon=IconName::Plus
            breadcrumbs=vec![
                Crumb::link("Catalog", href("/catalog")),
                Crumb::here("Register"),
            ]
        >
            {outcome}
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Block /> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) if found.asked == RegistrationAsked::Nothing => {
                            let asked = query.read_untracked().get("address").is_some();
                            let wrong = asked.then(|| Wrong::of("Enter the URL of a repository or of a catalog-info.yaml."));
                            forms(&found.asked, wrong.unwrap_or_default(), create)
                        }
                        Ok(found) => shown(found, create),
                        Err(error) => {
                            let asked = RegistrationAsked::Address(address.get_untracked());
                            forms(&asked, Wrong::of(error.message()), create)
                        }
                    }
                })}
            </Transition>
        </Page>
    }
}

/// Names of the drafts of the forms.
const ADDRESS: &str = "address";
const TEXT: &str = "text";

/// What is wrong with what was sent.
#[derive(Default)]
struct Wrong {
    /// At the field.
    field: Option<String>,
    /// In the summary, all of it.
    all: Vec<String>,
}

impl Wrong {
    fn of(message: impl Into<String>) -> Wrong {
        let message = message.into();
        Wrong { field: Some(message.clone()), all: vec![message] }
    }

    /// What is wrong with what was found, each with its place; a problem with the whole has none.
    fn in_found(problems: &[Problem]) -> Wrong {
        let all: Vec<String> = problems
            .iter()
            .map(|problem| match problem.line {
                Some(_) => format!("{}: {}", problem.place(), problem.message),
                None => problem.message.clone(),
            })
            .collect();
        let field = match problems {
            [] => None,
            [Problem { line: None, message, .. }] => Some(message.clone()),
            [_] => Some("The descriptor has 1 error, which is listed above.".to_owned()),
            many => {
                Some(format!("The descriptor has {} errors, which are listed above.", many.len()))
            }
        };
        Wrong { field, all }
    }
}

/// Both forms, with what was sent and what is wrong with it.
fn forms(
    asked: &RegistrationAsked,
    wrong: Wrong,
    create: ServerAction<RegistrationCreate>,
) -> AnyView {
    let (address, text) = match asked {
        RegistrationAsked::Nothing => (String::new(), String::new()),
        RegistrationAsked::Address(address) => (address.clone(), String::new()),
        RegistrationAsked::Text(text) => (String::new(), text.clone()),
    };
    let is_text = matches!(asked, RegistrationAsked::Text(_));
    let is_address = matches!(asked, RegistrationAsked::Address(_));
    let (address_error, text_error) = match is_text {
        true => (None, wrong.field),
        false => (wrong.field, None),
    };
    let refused = move || create.value().get().and_then(Result::err).map(|error| error.message());
    let address_error = Signal::derive(move || refused().or_else(|| address_error.clone()));
    let id = if is_text { "field-text" } else { "field-address" };
    let errors = Signal::derive(move || match refused() {
        Some(message) => vec![FormError::at(id, message)],
        None => wrong.all.iter().map(|message| FormError::at(id, message)).collect(),
    });
    let text_key = DraftKey::of(TEXT);
    let sent = text_key.clone();
    view! {
        <FormErrors errors />
        <div class="register-forms">
            <Card title="From URL" icon=IconName::Link>
                // What is missing is said by the server, at the field.
                <form method="get" action=href("/catalog/register") class="flow" novalidate>
                    <KeptDraft key=DraftKey::of(ADDRESS) answered=is_address />
                    <TextInput
                        name="address"
                        label="Descriptor or repository"
                        value=address
                        required=true
                        placeholder="https://git.example.com/team/service"
                        help="The page of a catalog-info.yaml, of a repository, or its clone URL."
                        error=address_error
                    />
                    <div>
                        <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary>
                            "Preview"
                        </Button>
                    </div>
                </form>
            </Card>
            <Card title="Paste YAML" icon=IconName::FileText>
                // Sent as a whole page: what is in a file is known to the server alone.
                <form
                    method="post"
                    action=href("/catalog/register")
                    enctype="multipart/form-data"
                    class="flow"
                    novalidate
                    on:submit=move |_| draft_sent(&sent)
                >
                    <KeptDraft key=text_key answered=is_text />
                    <TextArea
                        name="text"
                        label="Descriptor"
                        value=text
                        rows=8
                        mono=true
                        help="It is validated and not stored."
                        error=text_error
                    />
                    <FileInput name="file" label="Or a file" accept=".yaml,.yml" />
                    <div>
                        <Button kind=ButtonKind::Submit>"Validate"</Button>
                    </div>
                </form>
            </Card>
        </div>
    }
    .into_any()
}

fn shown(found: Registration, create: ServerAction<RegistrationCreate>) -> AnyView {
    // An address that gives nothing at all is wrong itself.
    let gives_nothing =
        found.entities.is_empty() && found.draft.is_none() && found.choices.is_empty();
    let refusal = found.refusal.clone().filter(|_| gives_nothing);
    // A place that is registered is no error: whoever registers without script comes here.
    let is_known = found.exists && found.problems.is_empty();
    let wrong = match refusal {
        _ if is_known => Wrong::default(),
        Some(refusal) if found.problems.is_empty() => Wrong::of(refusal),
        _ => Wrong::in_found(&found.problems),
    };
    let forms = forms(&found.asked, wrong, create);
    let is_text = matches!(found.asked, RegistrationAsked::Text(_));
    let is_valid = found.problems.is_empty();
    let count = found.entities.len();
    let entities = found.entities.into_iter().map(entity).collect::<Vec<_>>();
    let choices = (!found.choices.is_empty()).then(|| choices(found.choices));
    let place = match &found.asked {
        RegistrationAsked::Address(address) => address.clone(),
        _ => String::new(),
    };
    let draft = found.draft.map(|found| draft(found, &place));
    let next = match (found.location, found.refusal, is_text) {
        (_, Some(refusal), _) if is_known => {
            view! { <Alert tone=Tone::Info>{refusal}</Alert> }.into_any()
        }
        // It stands at the field.
        (_, Some(_), _) if gives_nothing => ().into_any(),
        (_, Some(refusal), _) => {
            view! { <Alert tone=Tone::Warning title="Nothing to register">{refusal}</Alert> }
                .into_any()
        }
        (_, None, true) if count > 0 && is_valid => view! { <HowToAdd /> }.into_any(),
        (Some((r#type, target)), None, false) => view! {
            <Card title="Register" icon=IconName::Plus>
                <ServerForm action=create class="flow">
                    <input type="hidden" name="kind" value=r#type.clone() />
                    <input type="hidden" name="target" value=target.clone() />
                    <p class="break">
                        "The catalog reads " <span class="mono small">{target}</span>
                        " now and refreshes it whenever it changes."
                    </p>
                    <div>
                        <Button
                            kind=ButtonKind::Submit
                            variant=ButtonVariant::Primary
                            loading=create.pending()
                        >
                            "Register"
                        </Button>
                    </div>
                </ServerForm>
            </Card>
        }
        .into_any(),
        _ => ().into_any(),
    };
    let heading = match count {
        0 => None,
        1 => Some("1 entity found".to_owned()),
        count => Some(format!("{count} entities found")),
    };
    let entities = heading.map(|title| {
        view! {
            <Section title>
                <div class="flow">{entities}</div>
            </Section>
        }
    });
    view! {
        {forms}
        {next}
        {choices}
        {draft}
        {entities}
    }
    .into_any()
}

fn problems(problems: Vec<Problem>) -> AnyView {
    let rows = problems
        .into_iter()
        .map(|problem| {
            let place = problem.place();
            view! {
                <li>
                    <p>{problem.message}</p>
                    <p class="mono small break">
                        {place} " " {problem.entity_ref.map(|found| format!("({found})"))}
                    </p>
                </li>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <Alert tone=Tone::Danger title="Errors">
            <ul class="divided">{rows}</ul>
        </Alert>
    }
    .into_any()
}

fn entity(found: PreviewEntity) -> AnyView {
    let (tone, words) = match found.state {
        PreviewState::New => (Tone::Success, "new"),
        PreviewState::Same => (Tone::Neutral, "unchanged"),
        PreviewState::Changed => (Tone::Accent, "changed"),
        PreviewState::Taken => (Tone::Danger, "conflict"),
    };
    let held = found.held_by.map(|place| {
        let words = match found.state {
            PreviewState::Taken => format!("{place} already provides it and keeps it."),
            _ => format!("The catalog has it from {place}."),
        };
        view! { <p class="muted small break">{words}</p> }
    });
    let kind = kind_title(&found.entity.kind);
    let kind = match &found.r#type {
        Some(name) => format!("{kind} · {name}"),
        None => kind,
    };
    let relations = found.relations.into_iter().map(relation).collect::<Vec<_>>();
    let relations = (!relations.is_empty()).then(|| view! { <KeyValue>{relations}</KeyValue> });
    let targets = found
        .targets
        .into_iter()
        .map(|target| view! { <li class="mono small break">{target}</li> })
        .collect::<Vec<_>>();
    let targets = (!targets.is_empty()).then(|| {
        view! {
            <div>
                <p class="org-heading">"Targets"</p>
                <ul class="plain-list">{targets}</ul>
            </div>
        }
    });
    let changes = (!found.changes.is_empty()).then(|| {
        view! {
            <ChangeTable
                label="Changes"
                heads=["Now", "After"]
                fields=found.changes
                dense=true
            />
        }
    });
    let problems = (!found.problems.is_empty()).then(|| problems(found.problems));
    view! {
        <Card
            title=found.entity.title
            subtitle=found.entity.entity_ref
            icon=kind_icon(&found.entity.kind)
        >
            <div class="flow">
                <p class="cluster">
                    <Badge tone>{words}</Badge>
                    <Badge>{kind}</Badge>
                    <span class="mono small muted break">{found.place}</span>
                </p>
                {found.description.map(|text| view! { <p>{text}</p> })}
                {held}
                {relations}
                {targets}
                {changes}
                {problems}
            </div>
        </Card>
    }
    .into_any()
}

fn choices(choices: Vec<String>) -> AnyView {
    let rows = choices
        .into_iter()
        .map(|file| {
            let mut query = ParamsMap::new();
            query.insert("address", file.clone());
            let to = query_url(&href("/catalog/register"), &query);
            view! {
                <li>
                    <a class="link break" href=to>
                        {file}
                    </a>
                </li>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <Card title="The repository has several catalog-info.yaml files" icon=IconName::FileText>
            <ul class="plain-list">{rows}</ul>
        </Card>
    }
    .into_any()
}

fn draft(draft: DescriptorDraft, place: &str) -> AnyView {
    let key = DraftKey::of(&format!("suggested {place}"));
    view! {
        <Card title="Suggested catalog-info.yaml" icon=IconName::Pencil>
            <div class="flow">
                <p>
                    "Generated from the repository. Review it, above all the owner, and commit it as "
                    <span class="mono small">{draft.file.clone()}</span> "."
                </p>
                <form
                    method="post"
                    action=href("/catalog/register")
                    enctype="multipart/form-data"
                    class="flow"
                >
                    <KeptDraft key />
                    <TextArea
                        name="text"
                        id="draft-text"
                        label="Descriptor"
                        value=draft.text.clone()
                        rows=12
                        mono=true
                    />
                    <div>
                        <Button kind=ButtonKind::Submit>"Validate"</Button>
                    </div>
                </form>
                <CodeBlock code=draft.text title=draft.file />
            </div>
        </Card>
    }
    .into_any()
}

/// What to do with a text that is valid.
#[component]
fn HowToAdd() -> impl IntoView {
    view! {
        <Alert tone=Tone::Success title="Valid">
            <p>
                "The catalog reads files where they are stored. Commit it as "
                <span class="mono small">"catalog-info.yaml"</span>
                " to its repository and register the repository's URL, or send it from a script with "
                <span class="mono small">"POST /api/catalog/providers/<name>"</span> "."
            </p>
        </Alert>
    }
}
