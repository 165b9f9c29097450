//! Who belongs together: the tree of groups, effective members, and what they own.
//!
//! Groups and people say it from both ends (`parent`, `children`, `members`, `memberOf`); here the
//! ends are put together. Circles are reported and not followed.

use crate::edges::edges;
use crate::index::Index;
use crate::item::Item;
use model::catalog::{EntityLink, FacetValue};
use model::entity::Entity;
use model::organisation::{Belonging, OrgNode, OrgTree, Organisation, OwnedBy, OwnerView};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// How many people stand on a page.
const MAX_PEOPLE: usize = 200;

/// How many groups stand on a page.
const MAX_NODES: usize = 1_000;

/// How deep groups are shown within one another, the first that leaves few enough of them.
const DEPTHS: [u16; 6] = [32, 8, 4, 2, 1, 0];

/// So many groups are few enough to be shown at once.
const FEW_NODES: usize = 400;

/// Groups and people, and how they hang together; all by reference.
#[derive(Default)]
struct Org<'a> {
    groups: BTreeSet<&'a str>,
    people: usize,
    children: HashMap<&'a str, BTreeSet<&'a str>>,
    parents: HashMap<&'a str, BTreeSet<&'a str>>,
    members: HashMap<&'a str, BTreeSet<&'a str>>,
    member_of: HashMap<&'a str, BTreeSet<&'a str>>,
}

/// Groups and people with what they say of others, as in a row.
fn with_edges(index: &Index) -> Vec<(&Item, String)> {
    let concerned = |item: &&Arc<Item>| item.is_kind("group") || item.is_kind("user");
    index.items.iter().filter(concerned).map(|item| (&**item, item.edges())).collect()
}

impl<'a> Org<'a> {
    fn of(with_edges: &'a [(&'a Item, String)]) -> Org<'a> {
        let mut org = Org::default();
        for (item, own_edges) in with_edges {
            let own: &str = &item.facts.entity_ref;
            if item.is_kind("group") {
                org.groups.insert(own);
            } else {
                org.people += 1;
            }
            for edge in edges(own_edges).filter(|edge| edge.out) {
                match edge.r#type {
                    "childOf" => org.within(own, edge.other),
                    "parentOf" => org.within(edge.other, own),
                    "memberOf" => org.belongs(own, edge.other),
                    "hasMember" => org.belongs(edge.other, own),
                    _ => {}
                }
            }
        }
        org
    }

    fn within(&mut self, child: &'a str, parent: &'a str) {
        self.children.entry(parent).or_default().insert(child);
        self.parents.entry(child).or_default().insert(parent);
    }

    fn belongs(&mut self, person: &'a str, group: &'a str) {
        self.members.entry(group).or_default().insert(person);
        self.member_of.entry(person).or_default().insert(group);
    }

    /// Everything that is reached from here, without the start itself.
    fn reached(
        &self,
        start: &[&'a str],
        map: &HashMap<&'a str, BTreeSet<&'a str>>,
    ) -> BTreeSet<&'a str> {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = start.to_vec();
        while let Some(at) = open.pop() {
            for next in map.get(at).into_iter().flatten() {
                if !start.contains(next) && found.insert(next) {
                    open.push(next);
                }
            }
        }
        found
    }

    /// Groups that nothing is above, and one of every circle that nothing is above.
    fn tops(&self) -> Vec<&'a str> {
        let has_parent = |group: &&&str| {
            let parents = self.parents.get(**group).into_iter().flatten();
            parents.clone().any(|parent| self.groups.contains(parent))
        };
        let mut tops: Vec<&str> =
            self.groups.iter().filter(|group| !has_parent(group)).copied().collect();
        let mut seen = self.reached(&tops, &self.children);
        seen.extend(&tops);
        for group in &self.groups {
            if !seen.contains(group) {
                tops.push(group);
                seen.insert(group);
                seen.extend(self.reached(&[group], &self.children));
            }
        }
        tops
    }
}

/// Draws a tree.
struct Drawing<'a> {
    org: &'a Org<'a>,
    index: &'a Index,
    /// What is drawn; nothing for all.
    only: Option<HashSet<&'a str>>,
    marked: HashSet<&'a str>,
    /// Groups whose children are seen at first; nothing for all.
    open: Option<HashSet<&'a str>>,
    /// Groups deeper than this are not drawn.
    deepest: u16,
    tree: OrgTree,
    way: Vec<&'a str>,
}

impl<'a> Drawing<'a> {
    /// Of everything, nothing marked and all of it open.
    fn new(org: &'a Org<'a>, index: &'a Index) -> Drawing<'a> {
        Drawing {
            org,
            index,
            only: None,
            marked: HashSet::new(),
            open: None,
            deepest: 0,
            tree: OrgTree::default(),
            way: Vec::new(),
        }
    }

    /// The tree below these, as deep as there is room.
    fn draw(mut self, tops: &[&'a str]) -> OrgTree {
        for deepest in DEPTHS {
            self.deepest = deepest;
            self.tree = OrgTree::default();
            for top in tops {
                self.node(top, 0);
            }
            if self.tree.nodes.len() <= FEW_NODES {
                break;
            }
        }
        self.tree
    }

    fn node(&mut self, group: &'a str, depth: u16) {
        if self.only.as_ref().is_some_and(|only| !only.contains(group)) {
            return;
        }
        if self.tree.nodes.len() >= MAX_NODES {
            self.tree.more += 1;
            return;
        }
        let is_circle = self.way.contains(&group);
        let shown = |child: &&&str| self.only.as_ref().is_none_or(|only| only.contains(**child));
        let children: Vec<&str> =
            self.org.children.get(group).into_iter().flatten().filter(shown).copied().collect();
        let item = self.index.get(group);
        self.tree.nodes.push(OrgNode {
            depth,
            group: self.index.link(group),
            r#type: item.and_then(|it| it.facts.r#type.as_ref()).map(ToString::to_string),
            members: self.org.members.get(group).map_or(0, BTreeSet::len) as u32,
            children: children.len() as u32,
            is_marked: self.marked.contains(group),
            is_open: self.open.as_ref().is_none_or(|open| open.contains(group)),
            is_circle,
            is_cut: depth >= self.deepest && !children.is_empty() && !is_circle,
        });
        if is_circle || depth >= self.deepest {
            return;
        }
        self.way.push(group);
        for child in sorted(self.index, children.into_iter()) {
            self.node(child, depth + 1);
        }
        self.way.pop();
    }
}

/// By what they are called.
fn sorted<'a>(index: &Index, refs: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut named: Vec<(String, &str)> = refs.map(|found| (key(index, found), found)).collect();
    named.sort();
    named.into_iter().map(|(_, found)| found).collect()
}

fn key(index: &Index, entity_ref: &str) -> String {
    index
        .get(entity_ref)
        .map_or_else(|| entity_ref.to_owned(), |item| item.facts.sort_key().to_string())
}

fn links<'a>(index: &Index, refs: impl Iterator<Item = &'a str>) -> Vec<EntityLink> {
    sorted(index, refs).into_iter().take(MAX_PEOPLE).map(|found| index.link(found)).collect()
}

/// The tree of all groups, or of those whose name, title or description holds the words; all of it,
/// or what is below one group.
pub fn organisation(index: &Index, words: &str, under: &str) -> Organisation {
    let with_edges = with_edges(index);
    let org = Org::of(&with_edges);
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let fits = |group: &&&str| {
        let Some(item) = index.get(group) else { return false };
        let text = format!(
            "{} {} {}",
            item.facts.sort_key(),
            item.facts.entity_ref,
            item.description().to_lowercase()
        );
        words.iter().all(|word| text.contains(word))
    };
    let found: Vec<&str> = org.groups.iter().filter(fits).copied().collect();
    let (only, marked) = match words.is_empty() {
        true => (None, HashSet::new()),
        false => {
            let above = org.reached(&found, &org.parents);
            let marked: HashSet<&str> = found.iter().copied().collect();
            (Some(above.into_iter().chain(found.iter().copied()).collect()), marked)
        }
    };
    // A small organisation is seen at once; a large one is opened level by level.
    const SMALL: usize = 60;
    let tops = match org.groups.get(under.to_lowercase().as_str()) {
        Some(top) => vec![*top],
        None => sorted(index, org.tops().into_iter()),
    };
    let open = (words.is_empty() && org.groups.len() > SMALL).then(|| match tops.len() {
        0..SMALL => tops.iter().copied().collect(),
        _ => HashSet::new(),
    });
    let drawing = Drawing { only, marked, open, ..Drawing::new(&org, index) };
    Organisation {
        tree: drawing.draw(&tops),
        groups: org.groups.len() as u32,
        people: org.people as u32,
        found: found.len() as u32,
    }
}

/// What the page of a group or a person shows; nothing for other kinds.
pub fn owner_view(item: &Arc<Item>, entity: &Entity, index: &Index) -> Option<OwnerView> {
    let own: &str = &item.facts.entity_ref;
    let is_group = item.is_kind("group");
    if !is_group && !item.is_kind("user") {
        return None;
    }
    let with_edges = with_edges(index);
    let org = Org::of(&with_edges);
    let none = BTreeSet::new();
    let (people, through, tree) = if is_group {
        let below = org.reached(&[own], &org.children);
        let members = org.members.get(own).unwrap_or(&none);
        let all = below.iter().flat_map(|group| org.members.get(group).into_iter().flatten());
        let through: BTreeSet<&str> = all.copied().filter(|one| !members.contains(one)).collect();
        let people = Belonging::Members {
            direct: links(index, members.iter().copied()),
            direct_total: members.len() as u32,
            through: links(index, through.iter().copied()),
            through_total: through.len() as u32,
        };
        (people, below, Some(tree_around(own, &org, index)))
    } else {
        let named: Vec<&str> = org.member_of.get(own).into_iter().flatten().copied().collect();
        let above = org.reached(&named, &org.parents);
        let people = Belonging::Groups {
            direct: links(index, named.iter().copied()),
            through: links(index, above.iter().copied()),
        };
        (people, named.into_iter().chain(above).collect(), None)
    };
    let (owned, owned_through) = owned(own, &through, index);
    let profile = entity.spec.as_ref().and_then(|spec| spec.get("profile"));
    let text = |key: &str| {
        let found = profile.and_then(|profile| profile.get(key)).and_then(Value::as_str);
        found.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    Some(OwnerView {
        display_name: text("displayName").unwrap_or_else(|| item.facts.title().to_string()),
        email: text("email")
            .filter(|email| email.contains('@') && !email.contains([' ', '<', '?'])),
        picture: text("picture").filter(|url| is_picture(url)),
        people,
        tree,
        owned,
        owned_through,
    })
}

/// What the policy for pages lets in.
fn is_picture(url: &str) -> bool {
    let inside = url.starts_with('/') && !url.starts_with("//") && !url.contains('\\');
    inside || url.starts_with("https://") || url.starts_with("data:image/")
}

/// The group, all above it, and those below it.
fn tree_around(own: &str, org: &Org<'_>, index: &Index) -> OrgTree {
    // The references that live as long as the read model.
    let Some(own) = org.groups.get(own).copied() else { return OrgTree::default() };
    let above = org.reached(&[own], &org.parents);
    let below = org.reached(&[own], &org.children);
    let top: Vec<&str> = org.tops().into_iter().filter(|top| above.contains(top)).collect();
    let tops = if top.is_empty() { vec![own] } else { sorted(index, top.into_iter()) };
    let only = above.iter().chain(&below).copied().chain([own]).collect();
    let open = above.into_iter().chain([own]).collect();
    let marked = HashSet::from([own]);
    let drawing =
        Drawing { only: Some(only), marked, open: Some(open), ..Drawing::new(org, index) };
    drawing.draw(&tops)
}

/// What is owned directly, by kind, and through these groups.
fn owned(own: &str, through: &BTreeSet<&str>, index: &Index) -> (Vec<FacetValue>, Vec<OwnedBy>) {
    let mut kinds: HashMap<&str, u32> = HashMap::new();
    let mut others: HashMap<&str, u32> = HashMap::new();
    for item in &index.items {
        let Some(owner) = item.facts.owner.as_deref() else { continue };
        if owner == own {
            *kinds.entry(&item.facts.origin.kind).or_default() += 1;
        } else if through.contains(owner) {
            *others.entry(owner).or_default() += 1;
        }
    }
    let kinds = kinds.into_iter().map(|(kind, count)| FacetValue {
        value: kind.to_lowercase(),
        label: kind.to_owned(),
        count,
    });
    let mut kinds: Vec<FacetValue> = kinds.collect();
    kinds.sort_by(crate::list::by_count);
    let others =
        others.into_iter().map(|(owner, count)| OwnedBy { owner: index.link(owner), count });
    let mut others: Vec<OwnedBy> = others.collect();
    others.sort_by(|left, right| {
        right.count.cmp(&left.count).then_with(|| left.owner.title.cmp(&right.owner.title))
    });
    (kinds, others)
}
