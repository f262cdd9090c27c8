//! What a place holds, and the constraints on it, together in memory because they are used together.

use smallvec::SmallVec;

use crate::base::{Id, IdVec};
use crate::resolve::constraint::Constraint;
use crate::resolve::node::NodeId;
use crate::resolve::object::ObjectId;

/// What a place holds; the newest of the constraints on it leads to the others.
#[derive(Clone, Debug)]
struct Cell {
    objects: SmallVec<[ObjectId; 4]>,
    newest: Link,
    /// How many of the objects have met all constraints.
    met: u32,
}

/// A constraint in the table of all, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link(u32);

const NO_LINK: Link = Link(u32::MAX);

/// All places.
pub(super) struct Cells {
    places: IdVec<NodeId, Cell>,
    /// A bit for each place that does not let everything in.
    restricted: Vec<u64>,
    links: Vec<(Constraint, Link)>,
}

impl Cells {
    /// So many empty places.
    pub(super) fn new(count: usize) -> Self {
        let cell = Cell { objects: SmallVec::new(), newest: NO_LINK, met: 0 };
        let restricted = vec![0; count.div_ceil(64)];
        // Solving makes a quarter more of them or so; moving them all for that would cost more than room.
        let mut places = Vec::with_capacity(count + count / 3);
        places.resize(count, cell);
        Self { places: IdVec::from(places), restricted, links: Vec::new() }
    }

    /// One more.
    pub(super) fn push(&mut self) -> NodeId {
        self.places.push(Cell { objects: SmallVec::new(), newest: NO_LINK, met: 0 })
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        self.places.ids()
    }

    pub(super) fn objects(&self, node: NodeId) -> &[ObjectId] {
        &self.places[node].objects
    }

    /// Adds an object that is not there yet; whether others were waiting already.
    pub(super) fn insert(&mut self, node: NodeId, object: ObjectId) -> bool {
        let cell = &mut self.places[node];
        let is_waiting = (cell.met as usize) < cell.objects.len();
        cell.objects.push(object);
        is_waiting
    }

    /// Lets not everything in from now on.
    pub(super) fn restrict(&mut self, node: NodeId) {
        self.restricted[node.index() / 64] |= 1 << (node.index() % 64);
    }

    pub(super) fn is_restricted(&self, node: NodeId) -> bool {
        self.restricted.get(node.index() / 64).is_some_and(|bits| bits >> (node.index() % 64) & 1 == 1)
    }

    pub(super) fn has_constraints(&self, node: NodeId) -> bool {
        self.places[node].newest != NO_LINK
    }

    /// Objects that have met all constraints.
    pub(super) fn met(&self, node: NodeId) -> &[ObjectId] {
        let cell = &self.places[node];
        &cell.objects[..cell.met as usize]
    }

    /// Objects that have not; from now on they count as if they had.
    pub(super) fn meet(&mut self, node: NodeId) -> &[ObjectId] {
        let cell = &mut self.places[node];
        let from = cell.met as usize;
        cell.met = cell.objects.len() as u32;
        &cell.objects[from..]
    }

    /// The newest constraint on a node.
    pub(super) fn newest(&self, node: NodeId) -> Link {
        self.places[node].newest
    }

    /// A constraint, and the one before it on the same node.
    pub(super) fn follow(&self, link: Link) -> Option<(Constraint, Link)> {
        self.links.get(link.0 as usize).copied()
    }

    /// Adds a constraint.
    pub(super) fn constrain(&mut self, node: NodeId, constraint: Constraint) {
        let link = Link(u32::try_from(self.links.len()).expect("constraints fit in 32 bits"));
        let cell = &mut self.places[node];
        self.links.push((constraint, cell.newest));
        cell.newest = link;
    }

    /// Lays out the constraints that were read off the facts, those of one node together.
    pub(super) fn lay_out(&mut self, seeds: &[Vec<(NodeId, Constraint)>]) {
        let mut ends: IdVec<NodeId, u32> = IdVec::from_elem(0, self.places.len());
        for (node, _) in seeds.iter().flatten() {
            ends[*node] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            total += std::mem::replace(end, total);
        }
        let Some(&(_, some)) = seeds.iter().flatten().next() else { return };
        self.links = Vec::with_capacity(total as usize * 2);
        self.links.resize(total as usize, (some, NO_LINK));
        for &(node, constraint) in seeds.iter().flatten() {
            let slot = &mut ends[node];
            self.links[*slot as usize] = (constraint, Link(*slot + 1));
            *slot += 1;
        }
        let mut start = 0;
        for (cell, &end) in self.places.iter_mut().zip(&ends) {
            if start < end {
                cell.newest = Link(start);
                self.links[end as usize - 1].1 = NO_LINK;
            }
            start = end;
        }
    }
}
