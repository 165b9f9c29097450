//! `/catalog/…/edit`: what people may say about an entity without touching its descriptor.

use crate::catalog::api::{OverlayRemove, OverlaySave, overlay_descriptor, overlay_form_get};
use crate::catalog::{entity_in_path, kind_icon};
use crate::resource::ServerResource;
use crate::session::{ServerForm, href};
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::overlay::{DescriptorChange, OverlayField, OverlayForm, OverlayValue};

/// `/catalog/:namespace/:kind/:name/edit`
#[component]
pub fn EntityEditPage() -> impl IntoView {
    let params = use_params_map();
    let entity_ref = Memo::new(move |_| entity_in_path(&params.read()));
    let save = ServerAction::<OverlaySave>::new();
    let remove = ServerAction::<OverlayRemove>::new();
    let key = move || (entity_ref.get(), save.version().get(), remove.version().get());
    let form = ServerResource::blocking(key, |(entity_ref, ..)| async move {
        overlay_form_get(entity_ref).await
    });
    view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Block /> }>
            {move || Suspend::new(async move {
                match form.await {
                    // A browser shows what was typed in a field, whatever the page says it holds;
                    // when an edit is taken back the fields are made anew.
                    Ok(form) => view! {
                        <For
                            each=move || [remove.version().get_untracked()]
                            key=|version| *version
                            children=move |_| view! { <Form form=form.clone() save remove /> }
                        />
                    }
                    .into_any(),
                    Err(error) => {
                        view! {
                            <Page title="Edit">
                                <ErrorState
                                    title="This entity cannot be edited"
                                    message=error.message()
                                    retry_href=href("/catalog")
                                />
                            </Page>
                        }
                            .into_any()
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
    let inputs = form.fields.into_iter().map(input).collect_view();
    let outcome = move || {
        save.value().get().map(|outcome| match outcome {
            Ok(()) => view! { <Alert tone=Tone::Success>"Saved."</Alert> }.into_any(),
            Err(error) => view! { <Alert tone=Tone::Danger>{error.message()}</Alert> }.into_any(),
        })
    };
    let about = entity_ref.clone();
    view! {
        <Page
            title=format!("Edit {}", link.title)
            subtitle="Laid over what the descriptor says, with your name; the descriptor stays as it is"
            icon=kind_icon(&link.kind)
            breadcrumbs=vec![
                Crumb::link("Catalog", href("/catalog")),
                Crumb::link(link.title.clone(), path.clone()),
                Crumb::here("Edit"),
            ]
        >
            {outcome}
            <Card>
                <ServerForm action=save class="flow">
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

fn input(field: OverlayValue) -> AnyView {
    let (name, label) = (field.field.name(), field.field.label());
    let help = match field.field {
        OverlayField::Description => "Plain text.",
        OverlayField::Owner => "A group or a person in the catalog, such as group:default/team.",
        OverlayField::Lifecycle => "Such as experimental, production or deprecated.",
        OverlayField::Tags => "Separated by commas.",
        OverlayField::Links => "One on each line: its address, and what to call it.",
    };
    match field.field {
        OverlayField::Description | OverlayField::Links => {
            view! { <TextArea name label value=field.text help /> }.into_any()
        }
        _ => view! { <TextInput name label value=field.text help /> }.into_any(),
    }
}

/// An edited field: by whom, what the descriptor says, and the way back to it.
fn edit(field: OverlayValue, entity_ref: &str, remove: ServerAction<OverlayRemove>) -> AnyView {
    let (author, at) = field.edited.unwrap_or_default();
    let entity_ref = entity_ref.to_owned();
    let says = match field.descriptor.as_str() {
        "" => "The descriptor says nothing here.".to_owned(),
        text => format!("The descriptor says: {text}"),
    };
    view! {
        <li class="flow">
            <p>
                <strong>{field.field.label()}</strong>
                " by "
                <span class="mono small">{author}</span>
                " "
                <RelativeTime at />
            </p>
            <p class="muted small break">{says}</p>
            <ServerForm action=remove>
                <input type="hidden" name="entity_ref" value=entity_ref />
                <input type="hidden" name="field" value=field.field.name() />
                <Button kind=ButtonKind::Submit size=ButtonSize::Sm>
                    "Show the descriptor's again"
                </Button>
            </ServerForm>
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
                "Comments and spacing of this file could not be kept."
            </Alert>
        }
    });
    let edit =
        change.edit_url.map(|url| view! { <ExternalLink href=url>"Open the file"</ExternalLink> });
    view! {
        <Card title="As a change to the descriptor" icon=IconName::GitBranch>
            <div class="flow">
                <p>
                    "This is " <span class="mono small break">{change.source}</span>
                    " with what was edited. When the file says the same, the edits go by themselves."
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
