//! The list's columns: their heads, their cells, and the menu that chooses them.

use crate::catalog::link::freshness_tone;
use crate::catalog::list_address::address;
use crate::catalog::star::StarButton;
use crate::catalog::{EntityName, FreshnessBadge, kind_title};
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use model::catalog::{EntityQuery, EntityRow};
use model::listing::ListColumn;

/// How many tags a row names.
const TAGS: usize = 3;

/// The heads of these columns.
pub fn heads(columns: &[ListColumn], asked: &EntityQuery) -> Vec<Column> {
    let head = |column: &ListColumn| {
        let head = Column::new(column.label());
        if !column.sorts() {
            return head;
        }
        let key = column.key();
        let descending = format!("-{key}");
        let is = match asked.sort.as_str() {
            "" if *column == ListColumn::Name => Some(true),
            sort if sort == key => Some(true),
            sort if sort == descending => Some(false),
            _ => None,
        };
        let sort = if is == Some(true) { descending } else { key.to_owned() };
        head.sorted(is, address(&asked.changed(|next| next.sort = sort)))
    };
    columns.iter().map(head).collect()
}

/// What every row is shown with.
#[derive(Clone)]
pub struct RowStyle {
    /// The columns.
    pub columns: Vec<ListColumn>,
    /// Called when a star was set; nothing when nobody can.
    pub starred: Option<Callback<()>>,
    /// The class of rows that have just changed.
    pub mark: &'static str,
    /// The references of these.
    pub changed: Vec<String>,
}

/// One row.
pub fn row(row: EntityRow, style: &RowStyle) -> AnyView {
    let changed = style.changed.contains(&row.entity.entity_ref).then_some(style.mark);
    let cells =
        style.columns.iter().map(|column| cell(*column, &row, style)).collect::<Vec<AnyView>>();
    view! { <tr class=changed>{cells}</tr> }.into_any()
}

fn cell(column: ListColumn, row: &EntityRow, style: &RowStyle) -> AnyView {
    let kind = || kind_title(&row.entity.kind);
    let has = |column: ListColumn| style.columns.contains(&column);
    let text = |text: Option<String>| {
        view! { <td data-label=column.label() class="nowrap">{text}</td> }.into_any()
    };
    match column {
        ListColumn::Name => name(row, style),
        ListColumn::Kind => text(Some(kind())),
        ListColumn::Type if has(ListColumn::Kind) => text(row.r#type.clone()),
        ListColumn::Type => {
            // The icon says the kind too, where there is no room for the word.
            let word = match &row.r#type {
                Some(_) => view! { <span class="cell-kind">{kind()} " · "</span> }.into_any(),
                None => kind().into_any(),
            };
            let whole = row.r#type.as_ref().map(|name| format!("{} · {name}", kind()));
            view! {
                <td data-label="Type" class="nowrap" title=whole>
                    {word}
                    {row.r#type.clone()}
                </td>
            }
            .into_any()
        }
        ListColumn::Lifecycle => {
            let word = row.lifecycle.clone().map(|word| view! { <StatusWord word /> });
            view! { <td data-label="Lifecycle" class="nowrap">{word}</td> }.into_any()
        }
        ListColumn::Namespace => text(Some(row.entity.namespace().to_owned())),
        ListColumn::Owner | ListColumn::System => {
            let link = if column == ListColumn::Owner { &row.owner } else { &row.system };
            let link = link.clone().map(|link| view! { <EntityName link /> });
            view! { <td data-label=column.label() class="nowrap">{link}</td> }.into_any()
        }
        ListColumn::Freshness => {
            let reason = row.freshness.reason.clone();
            let state = row.freshness.state;
            view! {
                <td data-label="Freshness" class="nowrap" title=reason>
                    <StatusWord word=state.name() tone=freshness_tone(state) />
                </td>
            }
            .into_any()
        }
        ListColumn::Description => {
            view! { <td data-label="Description">{row.description.clone()}</td> }.into_any()
        }
        ListColumn::Source => view! {
            <td data-label="Source">
                <span class="mono small break">{row.source.clone()}</span>
            </td>
        }
        .into_any(),
        ListColumn::Updated => {
            view! { <td data-label="Updated" class="nowrap"><RelativeTime at=row.changed_at /></td> }
                .into_any()
        }
        ListColumn::Tags => {
            let tag = |tag: &String| {
                let to = href(&format!("/catalog?tag={tag}"));
                view! { <Tag text=tag.clone() href=to /> }
            };
            let tags = row.tags.iter().take(TAGS).map(tag).collect::<Vec<_>>();
            let more = row.tags.len().saturating_sub(TAGS);
            // Where there is little room, one tag is shown and all others are counted.
            let others = row.tags.len().saturating_sub(1);
            let all = row.tags.join(", ");
            let wide = (more > 0).then(|| {
                let text = format!("+{more}");
                view! { <span class="muted small row-tags-wide" title=all.clone()>{text}</span> }
            });
            let narrow = (others > 0).then(|| {
                let text = format!("+{others}");
                view! { <span class="muted small row-tags-narrow" title=all>{text}</span> }
            });
            let tags = (!tags.is_empty())
                .then(|| view! { <span class="cluster row-tags">{tags} {wide} {narrow}</span> });
            view! { <td data-label="Tags">{tags}</td> }.into_any()
        }
    }
}

/// The name, what is wrong, the star, and the description unless it has a column.
fn name(row: &EntityRow, style: &RowStyle) -> AnyView {
    let own_column = style.columns.contains(&ListColumn::Description);
    let description = row.description.clone().filter(|_| !own_column).map(|text| {
        let whole = text.clone();
        view! {
            <p class="cell-description" title=whole>
                {text}
            </p>
        }
    });
    let star = style.starred.map(|done| {
        let (entity_ref, title) = (row.entity.entity_ref.clone(), row.entity.title.clone());
        view! { <StarButton entity_ref title starred=row.starred done /> }
    });
    view! {
        <td class="grow row-first">
            <div class="row-name">
                {star} <EntityName link=row.entity.clone() row=true />
                <FreshnessBadge state=row.freshness.state /> {description}
            </div>
        </td>
    }
    .into_any()
}

/// Chooses columns and their order; links alone, so that it works without script.
pub fn columns_menu(shown: &[ListColumn], asked: &EntityQuery) -> AnyView {
    let to = |columns: Vec<ListColumn>| {
        address(&asked.changed(|next| next.columns = ListColumn::address(&columns)))
    };
    let chosen = shown.iter().enumerate().skip(1).map(|(place, column)| {
        let moved = |by: isize| {
            let mut columns = shown.to_vec();
            let to = place.checked_add_signed(by).filter(|to| (1..columns.len()).contains(to))?;
            columns.swap(place, to);
            Some(columns)
        };
        let step = |icon: IconName, what: &str, columns: Option<Vec<ListColumn>>| {
            let label = format!("Move {} {what}", column.label());
            match columns {
                Some(columns) => view! {
                    <a
                        class="btn btn-ghost btn-icon btn-sm"
                        href=to(columns)
                        title=label.clone()
                        aria-label=label
                        data-noscroll=""
                        data-replace=""
                    >
                        <Icon icon />
                    </a>
                }
                .into_any(),
                None => view! { <span class="column-edge"></span> }.into_any(),
            }
        };
        let mut without = shown.to_vec();
        without.remove(place);
        view! {
            <li class="column-choice">
                <a
                    class="column-toggle"
                    href=to(without)
                    aria-label=format!("Hide {}", column.label())
                    data-noscroll=""
                    data-replace=""
                >
                    <Icon icon=IconName::Check />
                    <span>{column.label()}</span>
                </a>
                {step(IconName::ArrowUp, "forward", moved(-1))}
                {step(IconName::ArrowDown, "back", moved(1))}
            </li>
        }
        .into_any()
    });
    let others = ListColumn::ALL.iter().filter(|column| !shown.contains(column)).map(|column| {
        let with = shown.iter().chain([column]).copied().collect();
        view! {
            <li class="column-choice">
                <a
                    class="column-toggle"
                    href=to(with)
                    aria-label=format!("Show {}", column.label())
                    data-noscroll=""
                    data-replace=""
                >
                    <span class="column-edge"></span>
                    <span>{column.label()}</span>
                </a>
            </li>
        }
        .into_any()
    });
    let all = chosen.chain(others).collect::<Vec<AnyView>>();
    let usual = (!asked.columns.is_empty()).then(|| {
        view! {
            <hr class="menu-line" />
            <a class="menu-item" href=to(ListColumn::DEFAULT.to_vec()) data-noscroll="" data-replace="">
                "Reset columns"
            </a>
        }
    });
    view! {
        <Menu id="columns" label="Columns" icon=IconName::SlidersHorizontal variant=MenuVariant::Framed>
            <ul class="column-list">{all}</ul>
            {usual}
        </Menu>
    }
    .into_any()
}
