//! Joins findings that share a cause: one helper that blocks is one thing to fix, however many places reach it.

use std::collections::BTreeMap;

use crate::check::finding::{Cause, Finding, FindingBuilder, Hop, Place, Spot};
use crate::rules::{Knowledge, Placeholder};
use crate::text::TextRange;

/// Joins findings of one check whose chains end at the same place. The joint finding stands where all ways to the
/// cause first meet, which is where one change mends them all; the order is that of file and place.
pub fn group(findings: Vec<Finding>, knowledge: &Knowledge) -> Vec<Finding> {
    let mut groups: BTreeMap<(String, u32, TextRange), Vec<Finding>> = BTreeMap::new();
    let mut joined = Vec::with_capacity(findings.len());
    for finding in findings {
        match finding.chain.last().filter(|_| finding.cause.is_some()) {
            Some(last) => {
                let key = (finding.code.clone(), last.file, last.range);
                groups.entry(key).or_default().push(finding);
            }
            None => joined.push(finding),
        }
    }
    for findings in groups.into_values() {
        joined.extend(join(findings, knowledge));
    }
    joined.sort_by(|left, right| {
        let key = |finding: &Finding| (finding.file, finding.spot);
        key(left).cmp(&key(right)).then_with(|| left.code.cmp(&right.code))
    });
    joined
}

fn join(findings: Vec<Finding>, knowledge: &Knowledge) -> Option<Finding> {
    if findings.len() < 2 {
        return findings.into_iter().next();
    }
    let mut places: Vec<Place> = findings.iter().map(Finding::place).collect();
    places.sort_by_key(|place| (place.file, place.spot));
    let tail = common_tail(&findings);
    // The level and the certainty of the worst place are those of the whole.
    let level = findings.iter().map(|finding| finding.level).max();
    let confidence = findings.iter().map(|finding| finding.confidence).max();
    let is_on_loop = |finding: &Finding| finding.cause.as_ref().is_some_and(|cause| cause.is_on_loop);
    let count = findings.iter().filter(|finding| is_on_loop(finding)).count();
    if count == 1 {
        // The others only say that the function blocks, which its one way from the loop says as well.
        let finding = findings.into_iter().find(is_on_loop)?;
        return Some(Finding { level: level?, confidence: confidence?, places, ..finding });
    }
    let first = findings.into_iter().next()?;
    let (rule, cause, head) = (knowledge.check(&first.code)?, first.cause?, tail.first()?);
    let Cause { category, callee, equivalent, .. } = cause.clone();
    let variant = match (tail.len(), &equivalent) {
        _ if !head.is_plain => "shared-special",
        (1, None) => "shared",
        (1, Some(_)) => "shared-equivalent",
        (_, None) => "shared-through",
        (_, Some(_)) => "shared-through-equivalent",
    };
    let mut builder = FindingBuilder::new(rule, head.file, Spot::Text(head.range))
        .variant(variant)
        .subject(first.subject)
        .function(head.function.clone())
        .value(Placeholder::Function, head.function.as_str())
        .value(Placeholder::Callee, callee)
        .value(Placeholder::Category, category.as_str())
        .value(Placeholder::Count, count.to_string());
    if let Some(equivalent) = equivalent {
        builder = builder.value(Placeholder::Equivalent, equivalent);
    }
    let finding = builder.cause(cause).chain(tail.clone()).finish();
    Some(Finding { level: level?, confidence: confidence?, places, ..finding })
}

/// The hops at the end that all chains share.
fn common_tail(findings: &[Finding]) -> Vec<Hop> {
    let Some((first, others)) = findings.split_first() else { return Vec::new() };
    let shared = |other: &Finding| {
        let pairs = first.chain.iter().rev().zip(other.chain.iter().rev());
        pairs.take_while(|(left, right)| left.file == right.file && left.range == right.range).count()
    };
    let length = others.iter().map(shared).min().unwrap_or(first.chain.len());
    first.chain[first.chain.len() - length.max(1)..].to_vec()
}
