//! The ways of lines in a diagram: from border to border, and between the nodes of the columns that
//! they pass.

use model::graph::{EntityGraph, GraphNode, NODE_HEIGHT, NODE_WIDTH};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Bound;

/// How far the curve of a line beside its own column is pulled out, in pixels. It reaches three
/// quarters of that, which is less than the margin of a diagram.
const SWING: u32 = 28;

/// How far a line that passes a node stays away from it, in pixels: half of what is free between two
/// nodes of a column.
const CLEARANCE: u32 = 8;

/// Lines through the same gap are drawn side by side, so many pixels apart.
const APART: u32 = 3;

/// The columns of a diagram, each with the upper edges of its nodes from top to bottom.
pub struct Columns(BTreeMap<u32, Vec<u32>>);

impl Columns {
    /// Those of a graph.
    pub fn of(graph: &EntityGraph) -> Columns {
        let mut columns: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for node in &graph.nodes {
            columns.entry(node.x).or_default().push(node.y);
        }
        for column in columns.values_mut() {
            column.sort_unstable();
        }
        Columns(columns)
    }

    /// Draws the line with this number, with an arrow's head at its end: from the side of one node
    /// to the facing side of the other.
    pub fn draw(
        &self,
        from: &GraphNode,
        to: &GraphNode,
        number: usize,
        line: &mut String,
        heads: &mut String,
    ) {
        let (mut x, mut y) = (from.x, from.y + NODE_HEIGHT / 2);
        let (mut end_x, end_y) = (to.x, to.y + NODE_HEIGHT / 2);
        let is_forward = to.x > from.x;
        match is_forward {
            true => x += NODE_WIDTH,
            false => end_x += NODE_WIDTH,
        }
        // The head points to the left when the line leads backwards, or beside its own column.
        let back = if is_forward { "-7" } else { "7" };
        let _ = write!(heads, "M{end_x} {end_y}l{back} -4v8z");
        if to.x == from.x {
            let swing = end_x + SWING;
            let _ = write!(line, "M{end_x} {y}C{swing} {y} {swing} {end_y} {end_x} {end_y}");
            return;
        }
        let _ = write!(line, "M{x} {y}");
        for (entry, exit, lane) in self.passages((x, y), (end_x, end_y), number) {
            curve((x, y), (entry, lane), line);
            let _ = write!(line, "H{exit}");
            (x, y) = (exit, lane);
        }
        curve((x, y), (end_x, end_y), line);
    }

    /// The columns between two places, in the order of the way: where it enters and leaves each, and
    /// at which height.
    fn passages(
        &self,
        (x, y): (u32, u32),
        (end_x, end_y): (u32, u32),
        number: usize,
    ) -> Vec<(u32, u32, u32)> {
        let (left, right) = (x.min(end_x), x.max(end_x));
        let between = (Bound::Included(left), Bound::Excluded(right));
        let inside = self.0.range(between).filter(|(column, _)| *column + NODE_WIDTH <= right);
        let is_forward = x < end_x;
        let passage = |(column, tops): (&u32, &Vec<u32>)| {
            let (start, end) = (*column, column + NODE_WIDTH);
            // Where the straight line would be.
            let done = f64::from((start + NODE_WIDTH / 2).abs_diff(x)) / f64::from(right - left);
            let straight = f64::from(y) + (f64::from(end_y) - f64::from(y)) * done;
            let lane = lane(tops, straight as u32, number);
            if is_forward { (start, end, lane) } else { (end, start, lane) }
        };
        let mut all: Vec<_> = inside.map(passage).collect();
        if !is_forward {
            all.reverse();
        }
        all
    }
}

/// Between two columns, where nothing stands in the way.
fn curve((x, y): (u32, u32), (end_x, end_y): (u32, u32), line: &mut String) {
    let middle = (x + end_x) / 2;
    let _ = write!(line, "C{middle} {y} {middle} {end_y} {end_x} {end_y}");
}

/// The height between the nodes of a column, given by their upper edges, that is nearest to the
/// wanted one.
fn lane(tops: &[u32], wanted: u32, number: usize) -> u32 {
    // What is free above each node, and below the last one.
    let mut nearest = wanted;
    let mut distance = u32::MAX;
    let mut least = 0;
    let ends = tops.iter().map(|top| top.saturating_sub(CLEARANCE)).chain([u32::MAX]);
    for (at, most) in ends.enumerate() {
        if least <= most {
            let found = wanted.clamp(least, most);
            if found.abs_diff(wanted) < distance {
                (nearest, distance) = (found, found.abs_diff(wanted));
            }
        }
        least = tops.get(at).map_or(0, |top| top + NODE_HEIGHT + CLEARANCE);
    }
    match number % 3 {
        0 => nearest,
        1 => nearest + APART,
        _ => nearest.saturating_sub(APART),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::catalog::EntityLink;

    fn at(x: u32, y: u32) -> GraphNode {
        let entity = EntityLink {
            entity_ref: format!("component:default/a{x}-{y}"),
            kind: "Component".into(),
            title: "a".into(),
            exists: true,
        };
        GraphNode { entity, owner: None, freshness: None, distance: 1, x, y }
    }

    fn drawn(nodes: &[GraphNode], from: usize, to: usize, number: usize) -> (String, String) {
        let graph = EntityGraph { nodes: nodes.to_vec(), ..EntityGraph::default() };
        let (mut line, mut heads) = (String::new(), String::new());
        Columns::of(&graph).draw(&nodes[from], &nodes[to], number, &mut line, &mut heads);
        (line, heads)
    }

    #[test]
    fn lines_lead_from_side_to_side_with_a_head_at_the_end() {
        let nodes = [at(24, 24), at(304, 124), at(24, 124)];
        let text = |line: &str, heads: &str| (line.to_owned(), heads.to_owned());
        assert_eq!(
            drawn(&nodes, 0, 1, 0),
            text("M224 46C264 46 264 146 304 146", "M304 146l-7 -4v8z")
        );
        assert_eq!(
            drawn(&nodes, 1, 0, 0),
            text("M304 146C264 146 264 46 224 46", "M224 46l7 -4v8z")
        );
        assert_eq!(
            drawn(&nodes, 0, 2, 0),
            text("M224 46C252 46 252 146 224 146", "M224 146l7 -4v8z")
        );
    }

    #[test]
    fn a_line_passes_a_column_between_its_nodes() {
        // Left, a node in the middle, right: the straight line would run behind the middle.
        let nodes = [at(24, 84), at(304, 84), at(584, 84), at(304, 24), at(304, 144)];
        for number in 0..3 {
            for (from, to) in [(0, 2), (2, 0)] {
                let (line, _) = drawn(&nodes, from, to, number);
                assert_eq!(
                    (line.matches('C').count(), line.matches('H').count()),
                    (2, 1),
                    "{line}"
                );
                let numbers: Vec<u32> = line
                    .split(|c: char| !c.is_ascii_digit())
                    .filter_map(|text| text.parse().ok())
                    .collect();
                // The start, and the end of the first curve.
                let lane = numbers[7];
                let free = |node: &GraphNode| lane < node.y || lane > node.y + NODE_HEIGHT;
                assert!(nodes[1..2].iter().chain(&nodes[3..]).all(free), "{line}");
            }
        }
    }

    #[test]
    fn the_free_height_that_is_nearest_is_taken() {
        assert_eq!(lane(&[24], 46, 0), 16);
        assert_eq!(lane(&[24, 84], 60, 0), 76);
        assert_eq!(lane(&[24, 84], 20, 0), 16);
        assert_eq!(lane(&[24, 84], 200, 0), 200);
        assert_eq!(lane(&[24, 84], 130, 0), 136);
        assert_eq!(lane(&[], 130, 0), 130);
        assert_eq!((lane(&[24], 46, 1), lane(&[24], 46, 2)), (19, 13));
    }

    #[test]
    fn lines_stay_within_the_margin_of_the_picture() {
        // What the layout keeps free around everything.
        const MARGIN: u32 = 24;
        const { assert!(SWING * 3 / 4 < MARGIN, "a curve reaches three quarters of its pull") };
        const { assert!(CLEARANCE + APART < MARGIN) };
    }
}
