//! Strongly connected components, those that need no other first.

/// The components of the nodes `0..count` under `arrows`, each in order; one that has an arrow to another comes
/// after it. The order depends on the numbers of the nodes alone.
pub(super) fn components(count: usize, arrows: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let mut next: Vec<Vec<u32>> = vec![Vec::new(); count];
    for &(from, to) in arrows {
        next[from as usize].push(to);
    }
    for targets in &mut next {
        targets.sort_unstable();
        targets.dedup();
    }
    let mut search = Search {
        next: &next,
        index: vec![None; count],
        low: vec![0; count],
        is_open: vec![false; count],
        open: Vec::new(),
        visited: 0,
        found: Vec::new(),
    };
    for node in 0..count as u32 {
        if search.index[node as usize].is_none() {
            search.from(node);
        }
    }
    search.found
}

/// Tarjan's algorithm, without recursion: call chains are as long as they like.
struct Search<'a> {
    next: &'a [Vec<u32>],
    index: Vec<Option<u32>>,
    low: Vec<u32>,
    is_open: Vec<bool>,
    open: Vec<u32>,
    visited: u32,
    found: Vec<Vec<u32>>,
}

impl Search<'_> {
    fn from(&mut self, start: u32) {
        self.enter(start);
        let mut stack: Vec<(u32, usize)> = vec![(start, 0)];
        while let Some((node, position)) = stack.pop() {
            if let Some(&target) = self.next[node as usize].get(position) {
                stack.push((node, position + 1));
                match self.index[target as usize] {
                    None => {
                        self.enter(target);
                        stack.push((target, 0));
                    }
                    Some(index) if self.is_open[target as usize] => self.lower(node, index),
                    Some(_) => {}
                }
                continue;
            }
            if let Some(&(caller, _)) = stack.last() {
                self.lower(caller, self.low[node as usize]);
            }
            if Some(self.low[node as usize]) == self.index[node as usize] {
                self.close(node);
            }
        }
    }

    fn enter(&mut self, node: u32) {
        self.index[node as usize] = Some(self.visited);
        self.low[node as usize] = self.visited;
        self.visited += 1;
        self.is_open[node as usize] = true;
        self.open.push(node);
    }

    fn lower(&mut self, node: u32, index: u32) {
        let low = &mut self.low[node as usize];
        *low = (*low).min(index);
    }

    fn close(&mut self, root: u32) {
        let mut members = Vec::new();
        while let Some(member) = self.open.pop() {
            self.is_open[member as usize] = false;
            members.push(member);
            if member == root {
                break;
            }
        }
        members.sort_unstable();
        self.found.push(members);
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use crate::plan::components::components;

    #[test]
    fn what_is_needed_comes_first() {
        assert_eq!(components(3, &[(0, 1), (1, 2)]), [[2], [1], [0]]);
        assert_eq!(components(4, &[(0, 2), (2, 0), (2, 3)]), [vec![3], vec![0, 2], vec![1]]);
        assert_eq!(components(2, &[(1, 1)]), [[0], [1]]);
        let long: Vec<(u32, u32)> = (0..200_000).map(|node| (node, node + 1)).collect();
        assert_eq!(components(200_001, &long).len(), 200_001);
    }

    proptest! {
        #[test]
        fn agrees_with_reachability(arrows in vec((0..8u32, 0..8u32), 0..20)) {
            let mut reaches = [[false; 8]; 8];
            for &(from, to) in &arrows {
                reaches[from as usize][to as usize] = true;
            }
            for via in 0..8 {
                for from in 0..8 {
                    for to in 0..8 {
                        reaches[from][to] |= reaches[from][via] && reaches[via][to];
                    }
                }
            }
            let found = components(8, &arrows);
            let mut place = [0; 8];
            for (index, members) in found.iter().enumerate() {
                for &member in members {
                    place[member as usize] = index;
                }
            }
            for from in 0..8 {
                for to in 0..8 {
                    let is_one = from == to || (reaches[from][to] && reaches[to][from]);
                    prop_assert_eq!(place[from] == place[to], is_one);
                    prop_assert!(!reaches[from][to] || place[to] <= place[from]);
                }
            }
        }
    }
}
