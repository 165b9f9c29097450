//! A table of fields that differ.

use crate::ui::*;
use leptos::prelude::*;
use model::history::FieldChange;

/// Each field with its two values, under these heads.
#[component]
pub fn ChangeTable(
    /// What the table is called.
    label: &'static str,
    /// What the values are called: the one before, the one after.
    heads: [&'static str; 2],
    /// The fields.
    fields: Vec<FieldChange>,
    /// With less space.
    #[prop(optional)]
    dense: bool,
) -> AnyView {
    let [before, after] = heads;
    let value =
        |text: Option<String>| text.map(|text| view! { <pre class="diff-value">{text}</pre> });
    let rows = fields
        .into_iter()
        .map(|field| {
            view! {
                <tr>
                    <td>
                        <span class="mono small break">{field.path}</span>
                    </td>
                    <td data-label=before>{value(field.before)}</td>
                    <td data-label=after>{value(field.after)}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = ["Field", before, after].map(Column::new).into();
    view! {
        <Table label columns layout=TableLayout::Stack dense>
            {rows}
        </Table>
    }
    .into_any()
}
