//! Tables with sticky heads that stay readable on a phone.

use super::icon::{Icon, IconName, IconSize};
use super::text::{OptText, classes};
use leptos::prelude::*;
use std::ops::Range;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// What a table becomes where there is no room for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TableLayout {
    /// Scrolls sideways.
    #[default]
    Scroll,
    /// Each row becomes a block; cells say their column through `data-label="…"`.
    Stack,
    /// Each row becomes a card as soon as the table itself has less than 1,024 pixels: for cells of
    /// paths and sentences. Cells say their column as with `Stack`.
    Cards,
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
    /// Each row is one line of 32 pixels (44 where somebody chose comfortable rows): long values are
    /// cut, a cell with `class="grow"` takes the room that is left.
    #[prop(optional)]
    lines: bool,
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
        TableLayout::Cards => "table-cards",
    };
    let class = classes(&[layout_class, if plain { "table-plain" } else { "" }]);
    let tabindex = (layout == TableLayout::Scroll).then_some("0");
    let rows = view! { <tbody>{children()}</tbody> }.into_any();
    let note = note.get().map(|note| view! { <p class="table-note">{note}</p> });
    let table = table(row_class(dense, lines), columns, rows);
    view! {
        <div class=classes(&["table-wrap", &class]) role="group" aria-label=label tabindex=tabindex>
            {table}
            {note}
        </div>
    }
    .into_any()
}

fn row_class(dense: bool, lines: bool) -> &'static str {
    match (lines, dense) {
        (true, _) => "data-table data-table-lines",
        (false, true) => "data-table data-table-dense",
        (false, false) => "data-table",
    }
}

/// The link that a whole row opens: it is stretched over the row, whose other links, buttons and
/// fields stay above it. One per row, in its first cell.
#[component]
pub fn RowLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// What the row is about.
    children: Children,
) -> AnyView {
    view! {
        <a class="row-link" href=href>
            {children()}
        </a>
    }
    .into_any()
}

fn table(class: &'static str, columns: Vec<Column>, rows: AnyView) -> AnyView {
    view! {
        <table class=class>
            <thead>
                <tr>{columns.into_iter().map(head).collect_view()}</tr>
            </thead>
            {rows}
        </table>
    }
    .into_any()
}

/// Rows that are seen at once; more are folded.
const UNFOLDED: usize = 100;

/// The rows of a [`LongTable`], each `<tr>…</tr>` as markup (see [`super::text::escaped`]), made
/// when they are needed.
pub struct LongRows {
    count: usize,
    row: Box<dyn Fn(usize) -> String + Send>,
}

impl LongRows {
    /// So many rows, and what makes each of them.
    pub fn new(count: usize, row: impl Fn(usize) -> String + Send + 'static) -> LongRows {
        LongRows { count, row: Box::new(row) }
    }

    fn markup(&self, rows: Range<usize>) -> String {
        rows.map(|at| (self.row)(at)).collect()
    }
}

/// A table of up to thousands of rows. On a phone a row becomes a card. What is folded costs no
/// layout; and a page that is made in the browser makes it when it is unfolded.
#[component]
pub fn LongTable(
    /// What the table lists, for assistive technology.
    #[prop(into)]
    label: String,
    /// The heads.
    columns: Vec<Column>,
    /// The rows.
    rows: LongRows,
) -> AnyView {
    let seen = rows.count.min(UNFOLDED);
    let part = |rows: String| {
        let rows = view! { <tbody inner_html=rows></tbody> }.into_any();
        let table = table(row_class(true, false), columns.clone(), rows);
        view! {
            <div class="table-wrap table-stack table-long" role="group" aria-label=label.clone()>
                {table}
            </div>
        }
        .into_any()
    };
    let first = part(rows.markup(0..seen));
    let folded = (seen < rows.count).then(|| {
        let far = seen..rows.count;
        let words = format!("{} more", far.len());
        let in_browser = cfg!(target_arch = "wasm32");
        let now = if in_browser { String::new() } else { rows.markup(far.clone()) };
        view! {
            <details class="table-more" on:toggle=move |event| make_rows(&event, &rows, &far)>
                <summary>{words}</summary>
                {part(now)}
            </details>
        }
    });
    view! {
        {first}
        {folded}
    }
    .into_any()
}

/// Fills the table in what was unfolded, unless it came with its rows.
fn make_rows(unfolded: &Event, rows: &LongRows, far: &Range<usize>) {
    let details = unfolded.target().and_then(|target| target.dyn_into::<Element>().ok());
    let body = details.and_then(|details| details.query_selector("tbody").ok()?);
    if let Some(body) = body.filter(|body| body.first_element_child().is_none()) {
        body.set_inner_html(&rows.markup(far.clone()));
    }
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
