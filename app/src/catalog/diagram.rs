//! A diagram of entities: SVG from coordinates, each entity a link, and the same as a list.

use crate::catalog::diagram_route::Columns;
use crate::catalog::diagram_view::{Opening, Viewer, start};
use crate::catalog::link::{freshness_tone, name_markup};
use crate::session::href;
use crate::ui::*;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::svg;
use leptos_router::hooks::use_navigate;
use model::freshness::FreshnessState;
use model::graph::{EntityGraph, GraphEdge, GraphNode, NODE_HEIGHT, NODE_WIDTH, RelationGroup};
use model::relation::label;
use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, SvgElement};

/// How many characters of ordinary width fit into a node.
const TITLE_LENGTH: usize = 25;
const NOTE_LENGTH: usize = 30;

/// With more lines than this their kinds differ in colour alone: browsers need seconds for thousands
/// of dashed ones.
const MOST_DASHED: usize = 300;

/// How many names of one relation the list says at most.
const MOST_NAMES: usize = 5;

/// How many nodes stand together, and how many such blocks are drawn at a time: each time, the
/// browser paints what it shows once more.
const BLOCK: usize = 12;
const TURN: usize = 8;

/// A diagram as markup: a thousand nodes made one by one, or hydrated one by one, would take
/// seconds.
struct Drawing {
    graph: Arc<EntityGraph>,
    base: String,
    below: String,
}

impl Drawing {
    /// The lines and the nodes; in the browser only the blocks of nodes that are seen at first, the
    /// others are empty.
    fn markup(&self) -> String {
        let mut inside = String::new();
        let columns = Columns::of(&self.graph);
        for group in RelationGroup::ALL {
            lines(&self.graph, &columns, group, |_| true, &mut inside);
        }
        // Takes the lines of the entity that somebody points at.
        inside.push_str(r#"<g class="graph-trace"></g>"#);
        let size = view_size();
        // It opens with the entity that it is about in the middle.
        let (x, y) = start(&self.graph).unwrap_or_default();
        let is_seen = |node: &GraphNode| match size {
            Some((width, height)) => node.x.abs_diff(x) < width && node.y.abs_diff(y) < height,
            None => true,
        };
        for (block, nodes) in self.graph.nodes.chunks(BLOCK).enumerate() {
            // What is shown anew is told by its markup, so that what is not written counts too.
            let mut content = DefaultHasher::new();
            nodes.hash(&mut content);
            let _ =
                write!(inside, r#"<g class="graph-block" data-state="{:x}">"#, content.finish());
            if nodes.iter().any(is_seen) {
                self.block(block, nodes, &mut inside);
            }
            inside.push_str("</g>");
        }
        inside
    }

    fn block(&self, block: usize, nodes: &[GraphNode], inside: &mut String) {
        for (at, found) in nodes.iter().enumerate() {
            node(found, block * BLOCK + at, &self.base, &self.below, inside);
        }
    }

    /// Draws what was not seen at first, once the rest of the page is on the screen.
    async fn draw_the_rest(self, svg: SvgElement) {
        after_paint().await;
        let Ok(blocks) = svg.query_selector_all(".graph-block") else { return };
        let mut drawn = 0;
        for (at, nodes) in (0..blocks.length()).zip(self.graph.nodes.chunks(BLOCK)) {
            let block = blocks.get(at).and_then(|block| block.dyn_into::<Element>().ok());
            let Some(block) = block.filter(|block| block.first_element_child().is_none()) else {
                continue;
            };
            if drawn % TURN == 0 {
                yield_to_browser().await;
            }
            // Another diagram may have taken the place of this one.
            if !block.is_connected() {
                return;
            }
            drawn += 1;
            let mut inside = String::new();
            self.block(at as usize, nodes, &mut inside);
            block.set_inner_html(&inside);
        }
    }
}

/// How much of a diagram the browser's window shows at most, see `.graph-frame`; none on the server.
fn view_size() -> Option<(u32, u32)> {
    if cfg!(not(target_arch = "wasm32")) {
        return None;
    }
    let pixels = |size: Result<JsValue, JsValue>| Some(size.ok()?.as_f64()? as u32);
    Some((pixels(window().inner_width())?, pixels(window().inner_height())? * 3 / 4))
}

/// The diagram. It scrolls within its frame; `below` follows the path of each entity in its link.
pub fn diagram(graph: &Arc<EntityGraph>, label: String, below: &str, opening: Opening) -> AnyView {
    let drawing = Drawing { graph: graph.clone(), base: href(""), below: below.to_owned() };
    let inside = drawing.markup();
    let viewer = Viewer::new(graph);
    let element = NodeRef::<svg::Svg>::new();
    element.on_load(move |svg| {
        leptos::task::spawn_local(async move {
            // Where somebody asked for a place in the page, they are there already.
            viewer.open(opening);
            drawing.draw_the_rest(svg).await;
        });
    });
    let many = if graph.edges.len() > MOST_DASHED { "graph-many" } else { "" };
    let fitted = if opening == Opening::Fitted { "graph-fitted" } else { "" };
    let class = classes(&["graph", many, fitted]);
    let (width, height) = (graph.width, graph.height);
    let navigate = use_navigate();
    // The router does not take links in SVG for links.
    let followed = move |event: MouseEvent| {
        if viewer.was_drag() {
            event.prevent_default();
        } else if let Some(target) = link_of(&event) {
            event.prevent_default();
            navigate(&target, Default::default());
        }
    };
    view! {
        {viewer.tools()}
        <div
            class="graph-frame"
            role="group"
            aria-label=label
            tabindex="0"
            node_ref=viewer.frame
            on:click=followed
            on:wheel=move |event| viewer.wheel(event)
            on:keydown=move |event| viewer.key(event)
            on:pointerdown=move |event| viewer.press(event)
            on:pointermove=move |event| viewer.drag(event)
            on:pointerup=move |_| viewer.release()
            on:pointercancel=move |_| viewer.release()
            on:dragstart=|event| event.prevent_default()
            on:touchstart=move |event| viewer.touch(event)
            on:touchmove=move |event| viewer.touch(event)
            on:touchend=move |event| viewer.touch(event)
            on:mouseover=move |event| viewer.trace(event.target())
            on:mouseleave=move |_| viewer.trace(None)
            on:focusin=move |event| viewer.trace(event.target())
            on:focusout=move |_| viewer.trace(None)
        >
            <svg
                node_ref=element
                class=class
                width=width.to_string()
                height=height.to_string()
                viewBox=format!("0 0 {width} {height}")
                inner_html=inside
            ></svg>
        </div>
        <ul class="graph-legend">{legend(graph)}</ul>
    }
    .into_any()
}

/// The lines of one node, and the nodes at their ends, itself among them.
pub fn trace(graph: &EntityGraph, at: usize) -> (String, Vec<usize>) {
    let at = at as u32;
    let of_node = |edge: &GraphEdge| edge.from == at || edge.to == at;
    let mut markup = String::new();
    let columns = Columns::of(graph);
    for group in RelationGroup::ALL {
        lines(graph, &columns, group, of_node, &mut markup);
    }
    let ends = graph.edges.iter().filter(|edge| of_node(edge));
    let mut nodes: Vec<usize> =
        ends.flat_map(|edge| [edge.from, edge.to]).chain([at]).map(|at| at as usize).collect();
    nodes.sort_unstable();
    nodes.dedup();
    (markup, nodes)
}

/// The groups of lines that are there.
fn legend(graph: &EntityGraph) -> Vec<AnyView> {
    let has = |group: &RelationGroup| {
        graph.edges.iter().any(|edge| RelationGroup::of(&edge.r#type) == *group)
    };
    let entry = |group: RelationGroup| {
        view! {
            <li>
                <span class=classes(&["graph-sample", line_class(group)])></span>
                {group.name()}
            </li>
        }
        .into_any()
    };
    RelationGroup::ALL.into_iter().filter(has).map(entry).collect()
}

/// Where a click leads that is not meant for the browser itself (a new tab, a download).
fn link_of(event: &MouseEvent) -> Option<String> {
    let own = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if own || event.button() != 0 || event.default_prevented() {
        return None;
    }
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest("a").ok()??.get_attribute("href")
}

/// What did not fit into a diagram.
pub fn left_out(graph: &EntityGraph) -> AnyView {
    let (shown, nodes, edges) = (graph.nodes.len(), graph.more_nodes, graph.more_edges);
    let words = match (nodes, edges) {
        (0, 0) => return ().into_any(),
        (0, edges) => format!("{edges} of the relations are not drawn."),
        (nodes, _) => format!(
            "{shown} entities are shown; at least {nodes} more are next to them. Fewer steps or \
             fewer relations show less at once."
        ),
    };
    view! { <Alert tone=Tone::Warning title="There is more">{words}</Alert> }.into_any()
}

/// Draws all lines of a group with their heads. They are drawn as two paths, whatever their number.
fn lines(
    graph: &EntityGraph,
    columns: &Columns,
    group: RelationGroup,
    shown: impl Fn(&GraphEdge) -> bool,
    inside: &mut String,
) {
    let (mut line, mut heads) = (String::new(), String::new());
    let of_group =
        |(_, edge): &(usize, &GraphEdge)| RelationGroup::of(&edge.r#type) == group && shown(edge);
    for (number, edge) in graph.edges.iter().enumerate().filter(of_group) {
        let end = |at: u32| graph.nodes.get(at as usize);
        if let (Some(from), Some(to)) = (end(edge.from), end(edge.to)) {
            columns.draw(from, to, number, &mut line, &mut heads);
        }
    }
    if !line.is_empty() {
        let class = line_class(group);
        let _ = write!(
            inside,
            r#"<g class="graph-lines {class}" aria-hidden="true"><path class="graph-line" d="{line}"></path><path class="graph-head" d="{heads}"></path></g>"#
        );
    }
}

/// The look of a group's lines.
fn line_class(group: RelationGroup) -> &'static str {
    match group {
        RelationGroup::Ownership => "graph-ownership",
        RelationGroup::Parts => "graph-parts",
        RelationGroup::Dependencies => "graph-dependencies",
        RelationGroup::Apis => "graph-apis",
        RelationGroup::Data => "graph-data",
        RelationGroup::People => "graph-people",
        RelationGroup::Other => "graph-other",
    }
}

/// Draws a node: a link, unless the entity is not in the catalog.
fn node(node: &GraphNode, at: usize, base: &str, below: &str, inside: &mut String) {
    let GraphNode { entity, distance, .. } = node;
    let is_start = *distance == 0;
    let trust = match node.freshness {
        Some(FreshnessState::Fresh) => "",
        Some(_) => "graph-doubtful",
        None => "graph-dangling",
    };
    let class = classes(&["graph-node", if is_start { "graph-start" } else { "" }, trust]);
    let note = match node.freshness {
        Some(FreshnessState::Fresh) => match &node.owner {
            Some(owner) => format!("{} · {owner}", entity.kind),
            None => entity.kind.clone(),
        },
        Some(state) => format!("{} · {}", entity.kind, state.name()),
        None => format!("{} · not in the catalog", entity.kind),
    };
    let words = escaped(&words(node));
    let title = escaped(&fitted(&entity.title, TITLE_LENGTH));
    let note = escaped(&fitted(&note, NOTE_LENGTH));
    let (x, y) = (node.x, node.y);
    let place = format!(r#"class="{class}" data-at="{at}" transform="translate({x} {y})""#);
    let shape = format!(
        r#"<rect class="graph-box" width="{NODE_WIDTH}" height="{NODE_HEIGHT}" rx="6"></rect>"#
    );
    // The link says more in its label than fits into the texts.
    let texts = |hidden: &str| {
        format!(
            r#"<text class="graph-title" x="12" y="19"{hidden}>{title}</text><text class="graph-note" x="12" y="35"{hidden}>{note}</text>"#
        )
    };
    let _ = if entity.exists {
        let to = escaped(&format!("{base}{}{below}", entity.path()));
        let start = if is_start { r#" id="graph-start" aria-current="true""# } else { "" };
        let texts = texts(r#" aria-hidden="true" pointer-events="none""#);
        write!(
            inside,
            r#"<g {place}><a class="graph-link" href="{to}"{start} aria-label="{words}">{shape}</a>{texts}</g>"#
        )
    } else {
        write!(inside, r#"<g {place} role="img" aria-label="{words}">{shape}{}</g>"#, texts(""))
    };
}

/// A node in words: `Shop, Component, owned by Team, stale`.
fn words(node: &GraphNode) -> String {
    let mut words = format!("{}, {}", node.entity.title, node.entity.kind);
    if let Some(owner) = &node.owner {
        let _ = write!(words, ", owned by {owner}");
    }
    match node.freshness {
        Some(FreshnessState::Fresh) => {}
        Some(state) => {
            let _ = write!(words, ", {}", state.name());
        }
        None => words.push_str(", not in the catalog"),
    }
    words
}

/// As much of a text as fits. Wide characters count as two.
fn fitted(text: &str, length: usize) -> String {
    let wide = |c: char| if c >= '\u{1100}' { 2 } else { 1 };
    if text.chars().map(wide).sum::<usize>() <= length {
        return text.to_owned();
    }
    let mut left = length - 1;
    let fits = |c: &char| {
        let room = left.checked_sub(wide(*c));
        left = room.unwrap_or(0);
        room.is_some()
    };
    let mut start: String = text.chars().take_while(fits).collect();
    start.push('…');
    start
}

/// The diagram as a list: every entity, the nearest first, with what it is related to.
pub fn graph_list(graph: &Arc<EntityGraph>) -> AnyView {
    let mut relations: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
    for (at, edge) in graph.edges.iter().enumerate() {
        if let Some(list) = relations.get_mut(edge.from as usize) {
            list.push(at);
        }
    }
    let mut order: Vec<usize> = (0..graph.nodes.len()).collect();
    order.sort_by_cached_key(|at| {
        let node = &graph.nodes[*at];
        (node.distance, node.entity.title.to_lowercase(), node.entity.entity_ref.clone())
    });
    let (count, graph, base) = (order.len(), graph.clone(), href(""));
    let rows = LongRows::new(count, move |at| {
        let edges: Vec<&GraphEdge> =
            relations[order[at]].iter().map(|edge| &graph.edges[*edge]).collect();
        row(&graph.nodes[order[at]], &sentences(&graph, &edges), &base)
    });
    let columns = vec![
        Column::new("Entity"),
        Column::new("Kind"),
        Column::new("Owner"),
        Column::number("Steps"),
        Column::new("Relations"),
    ];
    view! {
        <Section title="As a list">
            <LongTable label="Entities in the diagram" columns rows />
        </Section>
    }
    .into_any()
}

/// A row of the list.
fn row(node: &GraphNode, relations: &str, base: &str) -> String {
    let badge = match node.freshness {
        None | Some(FreshnessState::Fresh) => String::new(),
        Some(state) => format!(" {}", badge_markup(freshness_tone(state), state.name())),
    };
    format!(
        r#"<tr><td>{}{badge}</td><td data-label="Kind" class="whole">{}</td><td data-label="Owner" class="whole">{}</td><td data-label="Steps" class="num">{}</td><td data-label="Relations">{}</td></tr>"#,
        name_markup(&node.entity, base),
        escaped(&node.entity.kind),
        escaped(node.owner.as_deref().unwrap_or_default()),
        node.distance,
        escaped(relations),
    )
}

/// `Depends on Database, Queue; Provides API Shop API`.
fn sentences(graph: &EntityGraph, edges: &[&GraphEdge]) -> String {
    let mut kinds: Vec<&str> = edges.iter().map(|edge| edge.r#type.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let sentence = |r#type: &&str| {
        let of_type = edges.iter().filter(|edge| edge.r#type == **r#type);
        let node = |edge: &&GraphEdge| graph.nodes.get(edge.to as usize);
        let mut names: Vec<&str> =
            of_type.filter_map(|edge| node(edge).map(|node| node.entity.title.as_str())).collect();
        let more = names.len().saturating_sub(MOST_NAMES);
        names.truncate(MOST_NAMES);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{} {}{rest}", label(r#type), names.join(", "))
    };
    kinds.iter().map(sentence).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::catalog::EntityLink;

    fn at(x: u32, y: u32, title: &str) -> GraphNode {
        let entity = EntityLink {
            entity_ref: format!("component:default/{title}"),
            kind: "Component".into(),
            title: title.into(),
            exists: true,
        };
        let (owner, freshness) = (Some("Team".into()), Some(FreshnessState::Fresh));
        GraphNode { entity, owner, freshness, distance: 1, x, y }
    }

    #[test]
    fn what_an_entity_says_of_itself_is_text_and_nothing_else() {
        let mut inside = String::new();
        let mut found = at(0, 0, r#"<script>"x"&'"#);
        node(&found, 0, "", "?tab=relations", &mut inside);
        found.entity.exists = false;
        node(&found, 0, "", "", &mut inside);
        assert_eq!(inside.matches("&lt;script&gt;&quot;x&quot;&amp;&#39;").count(), 5);
        assert!(!inside.contains("<script"), "{inside}");
    }

    #[test]
    fn the_lines_of_one_node_lead_to_its_neighbours() {
        let nodes = vec![at(0, 0, "a"), at(300, 0, "b"), at(300, 100, "c")];
        let edge = |from: u32, to: u32| GraphEdge { from, to, r#type: "dependsOn".into() };
        let edges = vec![edge(0, 1), edge(1, 2)];
        let graph = EntityGraph { nodes, edges, ..EntityGraph::default() };
        let (markup, near) = trace(&graph, 0);
        assert_eq!(near, [0, 1]);
        assert_eq!(markup.matches('C').count(), 1, "{markup}");
        assert_eq!(trace(&graph, 1).1, [0, 1, 2]);
    }

    #[test]
    fn titles_fit_into_their_node() {
        assert_eq!(fitted("Shop", 25), "Shop");
        assert_eq!(fitted("abcdef", 6), "abcdef");
        assert_eq!(fitted("abcdefg", 6), "abcde…");
        assert_eq!(fitted("目録目録", 6), "目録…");
    }

    #[test]
    fn a_node_and_its_relations_are_said_in_words() {
        let node = at(0, 0, "a");
        assert_eq!(words(&node), "a, Component, owned by Team");
        let broken = GraphNode { freshness: Some(FreshnessState::Broken), owner: None, ..node };
        assert_eq!(words(&broken), "a, Component, broken");
        assert_eq!(
            words(&GraphNode { freshness: None, ..broken }),
            "a, Component, not in the catalog"
        );
        let names = ["a", "b", "c", "d", "e", "f", "g"];
        let edge = |to: u32, r#type: &str| GraphEdge { from: 0, to, r#type: r#type.into() };
        let mut edges: Vec<GraphEdge> = (1..7).map(|to| edge(to, "dependsOn")).collect();
        edges.push(edge(2, "consumesApi"));
        let nodes = names.iter().map(|name| at(0, 0, name)).collect();
        let graph = EntityGraph { nodes, ..EntityGraph::default() };
        assert_eq!(
            sentences(&graph, &edges.iter().collect::<Vec<_>>()),
            "Consumes API c; Depends on b, c, d, e, f and 1 more"
        );
    }
}
