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
        Self { places: IdVec::from_elem(cell, count), restricted, links: Vec::new() }
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
    pub(super) fn lay_out(&mut self, seeds: &[(NodeId, Constraint)]) {
        let mut sorted: Vec<u32> = Vec::with_capacity(seeds.len());
        let mut starts: IdVec<NodeId, u32> = IdVec::from_elem(0, self.places.len());
        for (node, _) in seeds {
            starts[*node] += 1;
        }
        let mut total = 0;
        for start in &mut starts {
            total += std::mem::replace(start, total);
        }
        sorted.resize(seeds.len(), 0);
        for (index, (node, _)) in seeds.iter().enumerate() {
            let slot = &mut starts[*node];
            sorted[*slot as usize] = index as u32;
            *slot += 1;
        }
        self.links.reserve(seeds.len() * 2);
        for (position, &index) in sorted.iter().enumerate() {
            let (node, constraint) = seeds[index as usize];
            let is_last = sorted.get(position + 1).is_none_or(|&next| seeds[next as usize].0 != node);
            let next = Link(self.links.len() as u32 + 1);
            if self.places[node].newest == NO_LINK {
                self.places[node].newest = Link(next.0 - 1);
            }
            self.links.push((constraint, if is_last { NO_LINK } else { next }));
        }
    }
}
