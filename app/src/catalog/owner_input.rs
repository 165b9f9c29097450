//! A field for an owner: typed or chosen from a list, with script and without.

use crate::session::use_session;
use crate::ui::*;
use leptos::prelude::*;
use model::catalog::EntityLink;

/// A field for an owner. It offers groups and people with their titles, the person's own teams
/// first; a name such as `platform` may be typed as well.
#[component]
pub fn OwnerInput(
    /// The name in the form.
    name: &'static str,
    /// What it is called.
    label: &'static str,
    /// What stands in it at first.
    value: String,
    /// Who can be chosen, in this order.
    owners: Vec<EntityLink>,
    /// What to enter.
    help: &'static str,
    /// What is wrong with what was entered.
    #[prop(into)]
    error: MaybeProp<String>,
) -> AnyView {
    let person = use_session().person;
    let own = person.map(|person| person.ownership_refs).unwrap_or_default();
    let id = format!("field-{name}");
    let list = format!("{id}-list");
    let options = owners
        .into_iter()
        .map(|link| {
            let own = link.kind.eq_ignore_ascii_case("group") && own.contains(&link.entity_ref);
            let words = match own {
                true => format!("{} · your team", link.title),
                false => format!("{} · {}", link.title, link.kind),
            };
            view! { <option value=link.entity_ref>{words}</option> }
        })
        .collect_view();
    let invalid = move || error.get().map(|_| "true");
    view! {
        <Field id=id.clone() label help error>
            <input
                type="text"
                class="input"
                id=id.clone()
                name=name
                value=value
                list=list.clone()
                autocomplete="off"
                aria-describedby=format!("{id}-help {id}-error")
                aria-invalid=invalid
            />
            <datalist id=list>{options}</datalist>
        </Field>
    }
    .into_any()
}
