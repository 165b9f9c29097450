//! `/catalog/…/edit`: what people may say about an entity without touching its descriptor.

use crate::catalog::api::{
    OverlayRemove, OverlaySave, overlay_descriptor, overlay_form_get, owners_get,
};
use crate::catalog::owner_input::OwnerInput;
use crate::catalog::{AuthorName, entity_in_path, kind_icon};
use crate::failed::{FailedPage, WayOut, entity_named};
use crate::resource::ServerResource;
use crate::session::{
    DraftKey, KeptDraft, ServerForm, forget_draft, form_errors, href, use_submitted_form,
};
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::catalog::EntityLink;
use model::overlay::{DescriptorChange, OverlayField, OverlayForm, OverlayValue};
use model::submitted::field_error;

/// `/catalog/:namespace/:kind/:name/edit`
#[component]
pub fn EntityEditPage() -> impl IntoView {
    let params = use_params_map();
    let entity_ref = Memo::new(move |_| entity_in_path(&params.read()));
    let save = ServerAction::<OverlaySave>::new();
    let remove = ServerAction::<OverlayRemove>::new();
    // What was refused stays in the fields: only what was saved is fetched anew.
    let saved = Memo::new(move |before: Option<&u32>| {
        let done = matches!(save.value().get(), Some(Ok(())));
        before.copied().unwrap_or_default() + u32::from(done)
    });
    let key = move || (entity_ref.get(), saved.get(), remove.version().get());
    let owners = ServerResource::blocking(|| (), |()| owners_get());
    let form = ServerResource::blocking(key, |(entity_ref, ..)| async move {
        overlay_form_get(entity_ref).await
    });
    view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Block /> }>
            {move || Suspend::new(async move {
                let owners = owners.await.unwrap_or_default();
                match form.await {
                    // A browser shows what was typed in a field, whatever the page says it holds;
                    // when an edit is taken back the fields are made anew.
                    Ok(form) => view! {
                        <For
                            each=move || [remove.version().get_untracked()]
                            key=|version| *version
                            children=move |_| {
                                view! { <Form form=form.clone() owners=owners.clone() save remove /> }
                            }
                        />
                    }
                    .into_any(),
                    Err(error) => {
                        let (what, words) = entity_named(&entity_ref.get_untracked());
                        let list = WayOut { label: "Catalog", path: "/catalog" };
                        view! { <FailedPage what error list words /> }.into_any()
                    }
                }
            })}
        </Transition>
    }
}

/// The form, and what was edited.
#[component]
fn Form(
    form: OverlayForm,
    owners: Vec<EntityLink>,
    save: ServerAction<OverlaySave>,
    remove: ServerAction<OverlayRemove>,
) -> impl IntoView {
    let link = form.entity;
    let path = href(&link.path());
    let entity_ref = link.entity_ref.clone();
    let is_edited = form.fields.iter().any(|field| field.edited.is_some());
    let edits = form.fields.iter().filter(|field| field.edited.is_some()).cloned();
    let edits = edits.map(|field| edit(field, &entity_ref, remove)).collect_view();
    let names: Vec<&str> = form.fields.iter().map(|field| field.field.name()).collect();
    let names = names.join(",");
    let sent = use_submitted_form::<OverlaySave>();
    let sent = sent.filter(|sent| sent.value("entity_ref") == Some(&*entity_ref));
    let is_refused = sent.is_some();
    let inputs = form
        .fields
        .into_iter()
        .map(|field| {
            let path = format!("/{}", field.field.name());
            let before = sent.as_ref().and_then(|sent| sent.field_error(&path));
            let typed = sent.as_ref().and_then(|sent| sent.value(field.field.name()));
            let text = typed.map_or(field.text, str::to_owned);
            // What came back with the page counts until something is sent from it.
            let error = Signal::derive(move || match save.value().get() {
                Some(Err(error)) => field_error(&error.0, &path),
                Some(Ok(())) => None,
                None => before.clone(),
            });
            input(field.field, text, &owners, error)
        })
        .collect_view();
    let query = use_query_map();
    let is_saved = !is_refused && query.read_untracked().get("saved").is_some();
    let outcome = move || match save.value().get() {
        Some(Ok(())) => Some(view! { <Alert tone=Tone::Success>"Saved."</Alert> }.into_any()),
        Some(Err(_)) => None,
        None if is_saved => Some(view! { <Alert tone=Tone::Success>"Saved."</Alert> }.into_any()),
        None => None,
    };
    let about = entity_ref.clone();
    let errors = Signal::derive(move || match save.value().get() {
        Some(Err(error)) => form_errors(&error.0),
        _ => Vec::new(),
    });
    let key = DraftKey::of("edit");
    let kept = key.clone();
    Effect::new(move |_| {
        if matches!(save.value().get(), Some(Ok(()))) {
            forget_draft(&key);
        }
    });
    view! {
        <Page
            title=format!("Edit {}", link.title)
            subtitle="Changes are stored here; catalog-info.yaml is not modified"
            icon=kind_icon(&link.kind)
            breadcrumbs=vec![
                Crumb::link("Catalog", href("/catalog")),
                Crumb::link(link.title.clone(), path.clone()),
                Crumb::here("Edit"),
            ]
        >
            {outcome}
            <FormErrors errors />
            <Card>
                <ServerForm action=save class="flow">
                    <KeptDraft key=kept answered=is_refused />
                    <input type="hidden" name="entity_ref" value=entity_ref />
                    <input type="hidden" name="fields" value=names />
                    {inputs}
                    <div class="cluster">
                        <Button
                            kind=ButtonKind::Submit
                            variant=ButtonVariant::Primary
                            loading=save.pending()
                        >
                            "Save"
                        </Button>
                        <LinkButton href=path>"Back to the entity"</LinkButton>
                    </div>
                </ServerForm>
            </Card>
            {is_edited
                .then(|| {
                    view! {
                        <Card title="Edited in the portal" icon=IconName::Pencil>
                            <ul class="divided">{edits}</ul>
                        </Card>
                        <Offer entity_ref=about />
                    }
                })}
        </Page>
    }
}

fn input(
    field: OverlayField,
    value: String,
    owners: &[EntityLink],
    error: Signal<Option<String>>,
) -> AnyView {
    let (name, label) = (field.name(), field.label());
    let help = match field {
        OverlayField::Description => "Plain text.",
        OverlayField::Owner => {
            "A group or a person in the catalog. A name such as platform means group:default/platform."
        }
        OverlayField::Lifecycle => "Such as experimental, production or deprecated.",
        OverlayField::Tags => {
            "Separated by commas. Lower case letters, digits and the signs + # - : at most 63 characters each."
        }
        OverlayField::Links => "One per line: the URL, then a title.",
    };
    match field {
        OverlayField::Description | OverlayField::Links => {
            view! { <TextArea name label value help error /> }.into_any()
        }
        OverlayField::Owner => {
            let owners = owners.to_vec();
            view! { <OwnerInput name label value owners help error /> }.into_any()
        }
        _ => view! { <TextInput name label value help error /> }.into_any(),
    }
}

/// An edited field: by whom, what the descriptor says, and the way back to it.
fn edit(field: OverlayValue, entity_ref: &str, remove: ServerAction<OverlayRemove>) -> AnyView {
    let (author, at) = field.edited.unwrap_or_default();
    let entity_ref = entity_ref.to_owned();
    let says = match field.descriptor.as_str() {
        "" => "Not set in catalog-info.yaml.".to_owned(),
        text => format!("In catalog-info.yaml: {text}"),
    };
    let lost = match field.text.as_str() {
        "" => "The value stored here, which is empty, is removed.".to_owned(),
        text => format!("The value stored here is removed: {text}"),
    };
    let name = field.field.name();
    let form: ConfirmForm = Box::new(move |question| {
        let entity_ref = entity_ref.clone();
        view! {
            <ServerForm action=remove class="flow">
                <input type="hidden" name="entity_ref" value=entity_ref />
                <input type="hidden" name="field" value=name />
                {question}
            </ServerForm>
        }
        .into_any()
    });
    view! {
        <li class="flow">
            <p>
                <strong>{field.field.label()}</strong>
                " by "
                <AuthorName author />
                " "
                <RelativeTime at />
            </p>
            <p class="muted small break">{says}</p>
            <Confirm
                id=format!("revert-{}", field.field.name())
                label="Revert to catalog-info.yaml"
                title=format!("Revert {}?", field.field.label())
                text=lost
                confirm="Revert"
                variant=ButtonVariant::Secondary
                size=ButtonSize::Sm
                form
            />
        </li>
    }
    .into_any()
}

/// The descriptor with the edits in it, to be taken over into its file.
#[component]
fn Offer(entity_ref: String) -> impl IntoView {
    let change = ServerResource::blocking(move || entity_ref.clone(), overlay_descriptor);
    view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Block /> }>
            {move || Suspend::new(async move {
                match change.await {
                    Ok(change) => offered(change),
                    Err(error) => {
                        view! { <Alert tone=Tone::Warning>{error.message()}</Alert> }.into_any()
                    }
                }
            })}
        </Transition>
    }
}

fn offered(change: DescriptorChange) -> AnyView {
    let download = href(&change.entity.path().replacen("/catalog/", "/catalog-files/", 1));
    let lost = change.reformatted.then(|| {
        view! {
            <Alert tone=Tone::Warning>
                "Comments and spacing of this file could not be preserved."
            </Alert>
        }
    });
    let edit =
        change.edit_url.map(|url| view! { <ExternalLink href=url>"Open the file"</ExternalLink> });
    view! {
        <Card title="As a change to catalog-info.yaml" icon=IconName::GitBranch>
            <div class="flow">
                <p>
                    "This is " <span class="mono small break">{change.source}</span>
                    " with your changes. Once the file contains them, they are no longer stored here."
                </p>
                {lost}
                <div class="cluster">
                    <a class="btn btn-secondary" href=download download=change.file.clone()>
                        "Download"
                    </a>
                    {edit}
                </div>
                <CodeBlock code=change.text title=change.file numbers=true />
            </div>
        </Card>
    }
    .into_any()
}
