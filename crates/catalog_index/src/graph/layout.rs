//! Where the nodes of a diagram stand: in layers from left to right, each ordered so that few
//! relations cross. The same graph is always laid out in the same way.

use model::graph::{NODE_HEIGHT, NODE_WIDTH};

/// Between two layers, in pixels: room for what leads from one to the other.
const LAYER_GAP: u32 = 80;

/// Between two columns of one layer, in pixels.
const COLUMN_GAP: u32 = 24;

/// Between two nodes of a column, in pixels.
const ROW_GAP: u32 = 16;

/// Around everything, in pixels.
const MARGIN: u32 = 24;

/// A column of so many nodes is never split.
const LEAST_ROWS: usize = 20;

/// How often the order is improved, there and back.
const SWEEPS: usize = 4;

/// The finished layout, in pixels.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Places {
    /// The upper left corner of each node.
    pub(super) at: Vec<(u32, u32)>,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Lays out nodes of which each has a layer. Edges are pairs of nodes by number.
pub(super) fn place(layers: &[i32], edges: &[(u32, u32)]) -> Places {
    let mut ordered = by_layer(layers);
    sort_by_neighbours(&mut ordered, layers, edges);
    let columns = |layer: &Vec<u32>| layer.len().div_ceil(rows(layer.len()));
    let height_of = |layer: &Vec<u32>| layer.len().div_ceil(columns(layer)) as u32;
    let highest = ordered.iter().map(height_of).max().unwrap_or(0);
    let mut at = vec![(0, 0); layers.len()];
    let mut x = MARGIN;
    for layer in &ordered {
        let columns = columns(layer);
        // Every layer stands in the middle of the height.
        let top = MARGIN + (highest - height_of(layer)) * (NODE_HEIGHT + ROW_GAP) / 2;
        for (number, node) in layer.iter().enumerate() {
            let (column, row) = ((number % columns) as u32, (number / columns) as u32);
            let left = x + column * (NODE_WIDTH + COLUMN_GAP);
            at[*node as usize] = (left, top + row * (NODE_HEIGHT + ROW_GAP));
        }
        x += columns as u32 * (NODE_WIDTH + COLUMN_GAP) - COLUMN_GAP + LAYER_GAP;
    }
    let height = highest * (NODE_HEIGHT + ROW_GAP);
    Places {
        at,
        width: if ordered.is_empty() { 0 } else { x - LAYER_GAP + MARGIN },
        height: if ordered.is_empty() { 0 } else { height - ROW_GAP + 2 * MARGIN },
    }
}

/// The layer of each node such that edges lead to the right, apart from those that close a cycle.
pub(super) fn layers(count: usize, edges: &[(u32, u32)]) -> Vec<i32> {
    let mut targets: Vec<Vec<u32>> = vec![Vec::new(); count];
    for (from, to) in edges {
        targets[*from as usize].push(*to);
    }
    let mut layers = vec![0; count];
    let order = without_cycles(&mut targets);
    for node in order {
        for target in &targets[node as usize] {
            let least = layers[node as usize] + 1;
            let layer = &mut layers[*target as usize];
            *layer = least.max(*layer);
        }
    }
    layers
}

/// Removes the edges that close a cycle; gives the nodes such that each comes before its targets.
fn without_cycles(targets: &mut [Vec<u32>]) -> Vec<u32> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Not,
        OnTheWay,
        Done,
    }
    let mut seen = vec![Seen::Not; targets.len()];
    let mut done = Vec::with_capacity(targets.len());
    for start in 0..targets.len() {
        if seen[start] != Seen::Not {
            continue;
        }
        // Each with the number of its next target; a list, as a chain can be long.
        let mut way = vec![(start, 0)];
        seen[start] = Seen::OnTheWay;
        while let Some((node, next)) = way.last_mut() {
            let Some(target) = targets[*node].get(*next).map(|target| *target as usize) else {
                seen[*node] = Seen::Done;
                done.push(*node as u32);
                way.pop();
                continue;
            };
            match seen[target] {
                Seen::OnTheWay => {
                    targets[*node].remove(*next);
                }
                Seen::Done => *next += 1,
                Seen::Not => {
                    *next += 1;
                    seen[target] = Seen::OnTheWay;
                    way.push((target, 0));
                }
            }
        }
    }
    done.reverse();
    done
}

/// The nodes of each layer, from left to right, in the order of their numbers.
fn by_layer(layers: &[i32]) -> Vec<Vec<u32>> {
    let mut numbers: Vec<u32> = (0..layers.len() as u32).collect();
    numbers.sort_by_key(|node| layers[*node as usize]);
    let same = |left: &u32, right: &u32| layers[*left as usize] == layers[*right as usize];
    numbers.chunk_by(same).map(<[u32]>::to_vec).collect()
}

/// How many rows a layer gets at most: many nodes stand in several columns, so that the diagram is
/// about as wide as it is high.
fn rows(count: usize) -> usize {
    let width = (NODE_WIDTH + COLUMN_GAP) as usize;
    let height = (NODE_HEIGHT + ROW_GAP) as usize;
    (count * width / height).isqrt().max(LEAST_ROWS)
}

/// Puts every node near the middle of those it is related to, from left to right and back.
fn sort_by_neighbours(ordered: &mut [Vec<u32>], layers: &[i32], edges: &[(u32, u32)]) {
    let mut neighbours: Vec<Vec<u32>> = vec![Vec::new(); layers.len()];
    for (from, to) in edges {
        neighbours[*from as usize].push(*to);
        neighbours[*to as usize].push(*from);
    }
    // Above or below the middle of its layer, in halves of a row.
    let mut heights = vec![0i64; layers.len()];
    for layer in ordered.iter() {
        note_heights(&mut heights, layer);
    }
    let layer_of = |node: u32| layers[node as usize];
    for sweep in 0..SWEEPS {
        let mut improve = |layer: &mut Vec<u32>, to_the_right: bool| {
            let middle = |node: &u32| {
                let before = neighbours[*node as usize].iter().filter(|other| match to_the_right {
                    true => layer_of(**other) < layer_of(*node),
                    false => layer_of(**other) > layer_of(*node),
                });
                let (sum, count) = before.fold((0, 0), |(sum, count), other| {
                    (sum + heights[*other as usize], count + 1)
                });
                match count {
                    0 => heights[*node as usize] * SCALE,
                    count => sum * SCALE / count,
                }
            };
            layer.sort_by_cached_key(middle);
            note_heights(&mut heights, layer);
        };
        match sweep % 2 {
            0 => ordered.iter_mut().for_each(|layer| improve(layer, true)),
            _ => ordered.iter_mut().rev().for_each(|layer| improve(layer, false)),
        }
    }
}

/// Means are compared in whole numbers of this fineness.
const SCALE: i64 = 1024;

fn note_heights(heights: &mut [i64], layer: &[u32]) {
    for (number, node) in layer.iter().enumerate() {
        heights[*node as usize] = 2 * number as i64 - layer.len() as i64 + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many pairs of edges between neighbouring layers cross.
    fn crossings(places: &Places, edges: &[(u32, u32)]) -> usize {
        let y = |node: u32| places.at[node as usize].1;
        let pairs = edges
            .iter()
            .enumerate()
            .flat_map(|(at, one)| edges[at + 1..].iter().map(move |other| (one, other)));
        pairs
            .filter(|((a, b), (c, d))| {
                (y(*a) < y(*c) && y(*b) > y(*d)) || (y(*a) > y(*c) && y(*b) < y(*d))
            })
            .count()
    }

    /// Whether no two nodes touch and all are within the drawing.
    fn assert_tidy(places: &Places) {
        for (number, (x, y)) in places.at.iter().enumerate() {
            assert!(x + NODE_WIDTH + MARGIN <= places.width, "{number} is within the width");
            assert!(y + NODE_HEIGHT + MARGIN <= places.height, "{number} is within the height");
            assert!(*x >= MARGIN && *y >= MARGIN, "{number}");
            for (other_x, other_y) in &places.at[..number] {
                let apart = x.abs_diff(*other_x) >= NODE_WIDTH + COLUMN_GAP
                    || y.abs_diff(*other_y) >= NODE_HEIGHT + ROW_GAP;
                assert!(apart, "{number} is over another");
            }
        }
    }

    #[test]
    fn layers_stand_from_left_to_right_around_the_middle() {
        let places = place(&[0, 1, 1, -1], &[(0, 1), (0, 2), (3, 0)]);
        assert_tidy(&places);
        let [middle, upper, lower, left] = places.at[..] else { panic!("four nodes") };
        assert!(left.0 < middle.0 && middle.0 < upper.0);
        assert_eq!((upper.0, left.1), (lower.0, middle.1));
        assert_eq!(middle.1 - upper.1, lower.1 - middle.1);
        assert_eq!(place(&[], &[]), Places { at: Vec::new(), width: 0, height: 0 });
    }

    #[test]
    fn related_nodes_stand_side_by_side_so_that_nothing_crosses_needlessly() {
        // Two bundles whose ends are given in the opposite order.
        let edges = [(0, 5), (1, 4), (2, 3), (5, 6), (4, 7), (3, 8)];
        let places = place(&[0, 0, 0, 1, 1, 1, 2, 2, 2], &edges);
        assert_tidy(&places);
        assert_eq!(crossings(&places, &edges[..3]), 0);
        assert_eq!(crossings(&places, &edges[3..]), 0);
    }

    #[test]
    fn the_same_graph_is_laid_out_in_the_same_way() {
        let layers: Vec<i32> = (0..200).map(|n| n * 7 % 5).collect();
        let edges: Vec<(u32, u32)> = (0..400).map(|n| (n * 13 % 200, n * 29 % 200)).collect();
        let places = place(&layers, &edges);
        assert_tidy(&places);
        assert_eq!(place(&layers, &edges), places);
    }

    #[test]
    fn a_layer_of_many_is_folded_into_columns() {
        let layers: Vec<i32> = (0..1_000).map(|n| i32::from(n > 0)).collect();
        let edges: Vec<(u32, u32)> = (1..1_000).map(|n| (0, n)).collect();
        let places = place(&layers, &edges);
        assert_tidy(&places);
        assert!(places.width < 2 * places.height && places.height < 2 * places.width, "{places:?}");
        // A short one is not.
        let places = place(&layers[..=LEAST_ROWS], &edges[..LEAST_ROWS]);
        assert!(places.at[1..].iter().all(|(x, _)| *x == places.at[1].0));
    }

    #[test]
    fn edges_lead_to_the_right_unless_they_close_a_cycle() {
        assert_eq!(layers(4, &[(0, 1), (1, 2), (0, 2), (3, 2)]), [0, 1, 2, 0]);
        // Three in a ring with something behind it.
        assert_eq!(layers(4, &[(0, 1), (1, 2), (2, 0), (2, 3)]), [0, 1, 2, 3]);
        assert_eq!(layers(2, &[(0, 0), (1, 0)]), [1, 0]);
        // A long chain is walked without recursion.
        let chain: Vec<(u32, u32)> = (1..100_000).map(|n| (n - 1, n)).collect();
        assert_eq!(layers(100_000, &chain)[99_999], 99_999);
    }
}
