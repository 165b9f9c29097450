//! Tables with sticky heads that stay readable on a phone.

use super::icon::{Icon, IconName, IconSize};
use super::text::{OptText, classes};
use leptos::prelude::*;

/// What a table becomes where there is no room for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TableLayout {
    /// Scrolls sideways.
    #[default]
    Scroll,
    /// Each row becomes a block; cells say their column through `data-label="…"`.
    Stack,
}

/// Where a column's cells stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// At the start of the line.
    #[default]
    Start,
    /// At the end: numbers.
    End,
}

/// How a column is sorted, and where a click on its head leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// `Some(true)` ascending, `Some(false)` descending, `None` not by this column.
    pub ascending: Option<bool>,
    /// The address that sorts by this column (the other way round when it is sorted already).
    pub href: String,
}

/// A column's head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The text.
    pub label: String,
    /// Whether the text is only for assistive technology (a column of buttons).
    pub label_hidden: bool,
    /// Where its cells stand; the cells themselves take `class="num"`.
    pub align: Align,
    /// How it is sorted.
    pub sort: Option<Sort>,
}

impl Column {
    /// A column of text.
    pub fn new(label: impl Into<String>) -> Self {
        Column { label: label.into(), label_hidden: false, align: Align::Start, sort: None }
    }

    /// A column of numbers.
    pub fn number(label: impl Into<String>) -> Self {
        Column { align: Align::End, ..Column::new(label) }
    }

    /// A column whose head is not seen: buttons, icons.
    pub fn hidden(label: impl Into<String>) -> Self {
        Column { label_hidden: true, ..Column::new(label) }
    }

    /// A column that can be sorted by.
    pub fn sorted(mut self, ascending: Option<bool>, href: impl Into<String>) -> Self {
        self.sort = Some(Sort { ascending, href: href.into() });
        self
    }
}

/// A table: heads from `columns`, rows as `<tr><td>…` children.
#[component]
pub fn Table(
    /// What the table lists, for assistive technology.
    #[prop(into)]
    label: String,
    /// The heads.
    columns: Vec<Column>,
    /// What it becomes on a phone.
    #[prop(optional)]
    layout: TableLayout,
    /// Lower rows.
    #[prop(optional)]
    dense: bool,
    /// Without a frame: inside a card with `flush=true`.
    #[prop(optional)]
    plain: bool,
    /// What to say under the rows.
    #[prop(optional, into)]
    note: OptText,
    /// The rows.
    children: Children,
) -> AnyView {
    let layout_class = match layout {
        TableLayout::Scroll => "table-scroll",
        TableLayout::Stack => "table-stack",
    };
    let wrap_class = classes(&["table-wrap", layout_class, if plain { "table-plain" } else { "" }]);
    let table_class = if dense { "data-table data-table-dense" } else { "data-table" };
    let tabindex = (layout == TableLayout::Scroll).then_some("0");
    view! {
        <div class=wrap_class role="group" aria-label=label tabindex=tabindex>
            <table class=table_class>
                <thead>
                    <tr>{columns.into_iter().map(head).collect_view()}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
            {note.get().map(|note| view! { <p class="table-note">{note}</p> })}
        </div>
    }
    .into_any()
}

/// Rows that are seen at once; more are folded.
const UNFOLDED: usize = 100;

/// A table of up to thousands of rows, each `<tr>…</tr>` as markup (see [`super::text::escaped`]).
/// On a phone a row becomes a card; what is folded costs no layout.
#[component]
pub fn LongTable(
    /// What the table lists, for assistive technology.
    #[prop(into)]
    label: String,
    /// The heads.
    columns: Vec<Column>,
    /// The rows.
    rows: Vec<String>,
) -> AnyView {
    let (seen, more) = rows.split_at(rows.len().min(UNFOLDED));
    let table = |rows: &[String]| {
        let (label, columns, rows) = (label.clone(), columns.clone(), rows.concat());
        view! {
            <div class="table-wrap table-stack" role="group" aria-label=label>
                <table class="data-table data-table-dense">
                    <thead>
                        <tr>{columns.into_iter().map(head).collect_view()}</tr>
                    </thead>
                    <tbody inner_html=rows></tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let folded = (!more.is_empty()).then(|| {
        let (words, more) = (format!("{} more", more.len()), table(more));
        view! {
            <details class="table-more">
                <summary>{words}</summary>
                {more}
            </details>
        }
    });
    let seen = table(seen);
    view! {
        {seen}
        {folded}
    }
    .into_any()
}

fn head(column: Column) -> AnyView {
    let Column { label, label_hidden, align, sort } = column;
    let class = (align == Align::End).then_some("num");
    let text = label_hidden.then_some("visually-hidden");
    let Some(Sort { ascending, href }) = sort else {
        return view! {
            <th scope="col" class=class>
                <span class=text>{label}</span>
            </th>
        }
        .into_any();
    };
    let (state, icon) = match ascending {
        Some(true) => (Some("ascending"), IconName::ArrowUp),
        Some(false) => (Some("descending"), IconName::ArrowDown),
        None => (None, IconName::ArrowUpDown),
    };
    view! {
        <th scope="col" class=class aria-sort=state>
            <a class="table-sort" href=href>
                {label}
                <Icon icon=icon size=IconSize::Sm />
            </a>
        </th>
    }
    .into_any()
}
