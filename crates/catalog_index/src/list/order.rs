//! The order of the list's rows.

use crate::freshness::Staleness;
use crate::index::{Index, dangling};
use crate::item::Item;
use arcstr::ArcStr;
use model::freshness::FreshnessState;
use model::listing::ListColumn;
use std::borrow::Cow;
use std::sync::Arc;

/// The items come sorted by title; other orders keep that among equals. What has no value comes
/// last in both directions.
pub(super) fn sort(
    items: &mut [&Arc<Item>],
    order: &str,
    index: &Index,
    staleness: &Staleness<'_>,
) {
    let (key, descending) = match order.strip_prefix('-') {
        Some(key) => (key, true),
        None => (order, false),
    };
    match ListColumn::parse(key).unwrap_or(ListColumn::Name) {
        ListColumn::Kind => by(items, descending, |item| Some(lower(&item.facts.origin.kind))),
        ListColumn::Type => by(items, descending, |item| item.facts.r#type.as_deref().map(lower)),
        ListColumn::Owner => by(items, descending, |item| title(&item.facts.owner, index)),
        ListColumn::System => by(items, descending, |item| title(&item.facts.system, index)),
        ListColumn::Lifecycle => {
            by(items, descending, |item| item.facts.lifecycle.as_deref().map(lower));
        }
        ListColumn::Freshness => by(items, descending, |item| Some(rank(staleness.state(item)))),
        ListColumn::Namespace => by(items, descending, |item| namespace(&item.facts.entity_ref)),
        ListColumn::Source => by(items, descending, |item| Some(&*item.facts.origin.location)),
        ListColumn::Updated => by(items, descending, |item| Some(item.facts.changed_at)),
        _ if descending => items.reverse(),
        _ => {}
    }
}

fn by<'a, K: Ord>(
    items: &mut [&'a Arc<Item>],
    descending: bool,
    key: impl Fn(&'a Item) -> Option<K>,
) {
    let mut keyed: Vec<(Option<K>, &'a Arc<Item>)> =
        items.iter().copied().map(|item| (key(item), item)).collect();
    keyed.sort_by(|(left, _), (right, _)| match (left, right) {
        (Some(left), Some(right)) if descending => right.cmp(left),
        (Some(left), Some(right)) => left.cmp(right),
        (left, right) => left.is_none().cmp(&right.is_none()),
    });
    for (place, (_, item)) in items.iter_mut().zip(keyed) {
        *place = item;
    }
}

/// A text in lower case; most are already.
fn lower(text: &str) -> Cow<'_, str> {
    match text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.to_lowercase()),
    }
}

/// What an entity is called, in lower case.
fn title<'a>(entity_ref: &Option<ArcStr>, index: &'a Index) -> Option<Cow<'a, str>> {
    let entity_ref = entity_ref.as_deref()?;
    Some(match index.get(entity_ref) {
        Some(item) => Cow::Borrowed(item.facts.sort_key()),
        None => Cow::Owned(dangling(entity_ref).title.to_lowercase()),
    })
}

/// `component:default/website` → `default`
fn namespace(entity_ref: &str) -> Option<&str> {
    Some(entity_ref.split_once(':')?.1.split_once('/')?.0)
}

/// What needs care comes after what does not.
fn rank(state: FreshnessState) -> u8 {
    match state {
        FreshnessState::Fresh => 0,
        FreshnessState::Stale => 1,
        FreshnessState::Orphaned => 2,
        FreshnessState::Broken => 3,
    }
}
