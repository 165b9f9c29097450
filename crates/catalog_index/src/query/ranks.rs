//! Sets of entities as sorted lists of ranks. A rank is an entity's place among all, by uid.

use std::borrow::Cow;

/// A sorted list without repetitions.
pub type Ranks<'a> = Cow<'a, [u32]>;

/// When one list is this many times longer, the longer one is searched instead of walked.
const MUCH_LONGER: usize = 16;

/// What is in both.
pub fn both<'a>(left: Ranks<'a>, right: Ranks<'a>) -> Ranks<'a> {
    let (short, long) = if left.len() <= right.len() { (&left, &right) } else { (&right, &left) };
    let mut found = Vec::with_capacity(short.len());
    each_common(short, long, |rank| found.push(rank));
    Cow::Owned(found)
}

/// How many are in both.
pub fn count_both(left: &[u32], right: &[u32]) -> usize {
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    let mut count = 0;
    each_common(short, long, |_| count += 1);
    count
}

fn each_common(short: &[u32], long: &[u32], mut found: impl FnMut(u32)) {
    if short.len() * MUCH_LONGER < long.len() {
        let mut rest = long;
        for rank in short {
            let at = rest.partition_point(|other| other < rank);
            rest = &rest[at..];
            match rest.first() {
                Some(first) if first == rank => found(*rank),
                Some(_) => {}
                None => return,
            }
        }
        return;
    }
    let mut others = long.iter().peekable();
    for rank in short {
        while others.next_if(|other| *other < rank).is_some() {}
        if others.peek() == Some(&rank) {
            found(*rank);
        }
    }
}

/// What is in any of the lists.
pub fn any<'a>(mut lists: Vec<Ranks<'a>>) -> Ranks<'a> {
    lists.retain(|list| !list.is_empty());
    match lists.len() {
        0 => Cow::Borrowed(&[]),
        1 => lists.swap_remove(0),
        _ => {
            let mut all: Vec<u32> =
                Vec::with_capacity(lists.iter().map(|list| list.len()).sum::<usize>());
            for list in &lists {
                all.extend_from_slice(list);
            }
            // Runs that are sorted already are merged by the standard sort.
            all.sort();
            all.dedup();
            Cow::Owned(all)
        }
    }
}

/// All ranks below `count` that are not in the list.
pub fn others(list: &[u32], count: usize) -> Ranks<'static> {
    let mut found = Vec::with_capacity(count - list.len().min(count));
    let mut next = 0;
    for rank in list {
        found.extend(next..*rank);
        next = rank + 1;
    }
    found.extend(next..count as u32);
    Cow::Owned(found)
}

/// A set that is asked about single ranks.
#[derive(Debug)]
pub enum Members {
    /// Everything.
    All,
    /// One bit for each.
    Bits(Vec<u64>),
}

impl Members {
    /// The ranks of a sorted list, all of which are below `count`.
    pub fn of(list: &[u32], count: usize) -> Members {
        if list.len() == count {
            return Members::All;
        }
        let mut bits = vec![0_u64; count.div_ceil(64)];
        // Word by word: one that has just been stored is slow to be read again.
        let (mut place, mut word) = (0, 0_u64);
        for rank in list {
            let next = *rank as usize / 64;
            if next != place {
                bits[place] = word;
                (place, word) = (next, 0);
            }
            word |= 1 << (rank % 64);
        }
        if let Some(last) = bits.get_mut(place) {
            *last = word;
        }
        Members::Bits(bits)
    }

    /// Whether a rank is among them.
    pub fn has(&self, rank: u32) -> bool {
        match self {
            Members::All => true,
            Members::Bits(bits) => bits[rank as usize / 64] & (1 << (rank % 64)) != 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_intersected_joined_and_turned_round() {
        let every =
            |step: usize, count: usize| -> Vec<u32> { (0..count as u32).step_by(step).collect() };
        for (left, right) in [(2, 3), (1, 50), (50, 1), (7, 7)] {
            let (left, right) = (every(left, 1000), every(right, 1000));
            let expected: Vec<u32> =
                left.iter().copied().filter(|rank| right.contains(rank)).collect();
            assert_eq!(count_both(&left, &right), expected.len());
            assert_eq!(*both(Cow::Owned(left), Cow::Owned(right)), expected);
        }
        assert_eq!(*any(vec![Cow::Owned(vec![1, 4]), Cow::Owned(vec![0, 4, 9])]), [0, 1, 4, 9]);
        assert_eq!(*others(&[0, 2, 3], 6), [1, 4, 5]);
        let members = Members::of(&[0, 64, 99], 100);
        assert!(members.has(64) && members.has(99) && !members.has(63));
    }
}
