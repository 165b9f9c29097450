//! Puts items in order as JavaScript's engines do, paid for from the budget.

use std::cmp::Ordering;

use crate::error::Res;
use crate::machine::Machine;

/// Shorter lists are sorted by insertion, so that an order that contradicts itself (`"10" < "8"`,
/// `"8" < 9 < "10"`) gives what JavaScript gives.
const SHORT: usize = 64;

/// As JavaScript's engines sort a short list: a run at the start, then each item at its place among
/// those before it, looked up by halves.
fn insertion_sort<T>(
    m: &mut Machine<'_>,
    items: Vec<T>,
    order: &mut dyn FnMut(&mut Machine<'_>, &T, &T) -> Res<Ordering>,
) -> Res<Vec<T>> {
    let mut run = 1;
    let mut falling = false;
    while run < items.len() {
        m.budget.work(1)?;
        let falls = order(m, &items[run], &items[run - 1])? == Ordering::Less;
        if run > 1 && falls != falling {
            break;
        }
        falling = falls;
        run += 1;
    }
    let mut rest = items.into_iter();
    let mut sorted: Vec<T> = rest.by_ref().take(run).collect();
    if falling {
        sorted.reverse();
    }
    for item in rest {
        let (mut left, mut right) = (0, sorted.len());
        while left < right {
            m.budget.work(1)?;
            let middle = left + (right - left) / 2;
            match order(m, &item, &sorted[middle])? {
                Ordering::Less => right = middle,
                _ => left = middle + 1,
            }
        }
        sorted.insert(left, item);
    }
    Ok(sorted)
}

/// A stable sort by an order that may fail, and that a template may have made inconsistent.
pub(crate) fn merge_sort<T>(
    m: &mut Machine<'_>,
    mut items: Vec<T>,
    order: &mut dyn FnMut(&mut Machine<'_>, &T, &T) -> Res<Ordering>,
) -> Res<Vec<T>> {
    if items.len() < 2 {
        return Ok(items);
    }
    if items.len() < SHORT {
        return insertion_sort(m, items, order);
    }
    let right = items.split_off(items.len() / 2);
    let left = merge_sort(m, items, order)?;
    let right = merge_sort(m, right, order)?;
    m.budget.work(left.len() + right.len())?;
    let mut out = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let from_right = order(m, a, b)? == Ordering::Greater;
        out.extend(if from_right { right.next() } else { left.next() });
    }
    out.extend(left);
    out.extend(right);
    Ok(out)
}
