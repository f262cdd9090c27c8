//! Breadth-first propagation of what blocks agrees with a naive fixpoint, and its witnesses hold.

use std::cmp::Reverse;

use asyncshift::base::Id;
use asyncshift::effects::{Effects, LeafCall};
use asyncshift::graph::{CallEdge, CallGraph, Confidence, EdgeKind, NodeId};
use asyncshift::link::ModuleId;
use asyncshift::rules::{Blocking, Category, Severity};
use asyncshift::text::TextRange;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::select;

/// How many functions a graph has; the names outside it follow.
const FUNCTIONS: usize = 12;
const OUTSIDE: [&str; 3] = ["x.a", "x.b", "x.c"];

/// One edge of a random graph.
#[derive(Clone, Debug)]
struct Arrow {
    caller: usize,
    callee: usize,
    kind: EdgeKind,
    confidence: Confidence,
    /// Whether it passes blocking on to its caller.
    carries: bool,
}

fn confidences() -> impl Strategy<Value = Confidence> {
    select(&[Confidence::Possible, Confidence::Probable, Confidence::Definite])
}

fn arrows() -> impl Strategy<Value = Vec<Arrow>> {
    let kinds = select(&[EdgeKind::Call, EdgeKind::Call, EdgeKind::Override, EdgeKind::Offload]);
    let arrow = (0..FUNCTIONS, 0..FUNCTIONS + OUTSIDE.len(), kinds, confidences(), any::<bool>());
    vec(arrow, 0..60).prop_map(|arrows| {
        let make =
            |(caller, callee, kind, confidence, carries)| Arrow { caller, callee, kind, confidence, carries };
        arrows.into_iter().map(make).collect()
    })
}

/// The number of an arrow is where its edge stands, so that sorting does not lose it.
fn graph(arrows: &[Arrow]) -> CallGraph {
    let edge = |(number, arrow): (usize, &Arrow)| CallEdge {
        caller: NodeId::from_index(arrow.caller),
        callee: NodeId::from_index(arrow.callee),
        module: ModuleId::from_index(0),
        site: None,
        range: TextRange::empty(u32::try_from(number).unwrap()),
        kind: arrow.kind,
        confidence: arrow.confidence,
    };
    let edges = arrows.iter().enumerate().map(edge).collect();
    let outside = OUTSIDE.iter().map(|name| (*name).into()).collect();
    CallGraph::new(FUNCTIONS, outside, edges, |_| None, Vec::new(), Vec::new())
}

/// The shortest chain, and the surest of those that are as short.
type Best = Option<(Reverse<u32>, Confidence)>;

/// Repeats every rule until nothing changes.
fn naive(arrows: &[Arrow], least: Confidence) -> Vec<Best> {
    let mut best: Vec<Best> = vec![None; FUNCTIONS + OUTSIDE.len()];
    loop {
        let before = best.clone();
        for arrow in arrows.iter().filter(|arrow| arrow.kind.runs_now() && arrow.confidence >= least) {
            let found = match before[arrow.callee] {
                _ if arrow.callee >= FUNCTIONS => Some((Reverse(1), arrow.confidence)),
                Some((Reverse(depth), confidence)) if arrow.carries => {
                    Some((Reverse(depth + 1), confidence.min(arrow.confidence)))
                }
                Some(_) | None => None,
            };
            best[arrow.caller] = best[arrow.caller].max(found);
        }
        if best == before {
            return best;
        }
    }
}

proptest! {
    #[test]
    fn propagation_is_the_least_fixpoint(arrows in arrows(), least in confidences()) {
        let graph = graph(&arrows);
        let arrow_of = |edge: &CallEdge| &arrows[edge.range.start() as usize];
        let blocking = Blocking { category: Category::Network, severity: Severity::High };
        let leaves = graph
            .edges()
            .filter(|(_, edge)| edge.callee.index() >= FUNCTIONS && edge.kind.runs_now())
            .map(|(edge, _)| LeafCall { edge, blocking, confidence: Confidence::Definite })
            .collect();
        let effects = Effects::new(&graph, leaves, least, |edge| arrow_of(graph.edge(edge)).carries);
        let expected = naive(&arrows, least);
        for (node, expected) in expected.iter().enumerate() {
            let node = NodeId::from_index(node);
            let found = effects.blocked(node).map(|blocked| (Reverse(blocked.depth), blocked.confidence));
            prop_assert_eq!(found, *expected, "node {:?}", node);
            let chain: Vec<&CallEdge> =
                effects.witness(&graph, node).into_iter().map(|edge| graph.edge(edge)).collect();
            prop_assert_eq!(chain.len(), found.map_or(0, |(Reverse(depth), _)| depth as usize));
            let Some((first, last)) = chain.first().zip(chain.last()) else { continue };
            prop_assert_eq!(first.caller, node);
            prop_assert!(last.callee.index() >= FUNCTIONS);
            prop_assert!(chain.windows(2).all(|pair| pair[0].callee == pair[1].caller));
            prop_assert_eq!(chain.iter().map(|edge| edge.confidence).min(), found.map(|(_, confidence)| confidence));
        }
    }
}
