//! Applies the steps that give code around a call another shape.

use crate::plan::{Collected, Step};
use crate::rewrite::await_instead::await_instead;
use crate::rewrite::cancellation::let_cancel_through;
use crate::rewrite::close_loop::close_loop;
use crate::rewrite::collect::{collect_call, collect_generator};
use crate::rewrite::edits::Edits;
use crate::rewrite::hoist::hoist;
use crate::rewrite::refusal::Refusal;
use crate::rewrite::source::Source;
use crate::rewrite::unroll::{Unrolled, unroll};
use crate::rewrite::unthread::unthread;
use crate::semantic::{SiteId, StatementId};

/// Applies `step` when it is one of those that give code another shape.
pub(crate) fn reshape(acc: &mut Edits, source: &Source<'_>, step: &Step) -> Result<(), Refusal> {
    let &Source { parsed, text, nodes, facts } = source;
    let site_range = |site: SiteId| facts.sites.get(site).map(|site| site.range).ok_or(Refusal::UnknownId);
    let statement_range = |statement: StatementId| {
        facts.statements.get(statement).map(|statement| statement.range).ok_or(Refusal::UnknownId)
    };
    match step {
        Step::Collect { what, instead_of, .. } => {
            let instead_of = match instead_of {
                Some((call, kind)) => Some((nodes.call(site_range(*call)?)?, *kind)),
                None => None,
            };
            match what {
                Collected::Generator { value } => {
                    let range = *facts.value_ranges.get(*value).ok_or(Refusal::UnknownId)?;
                    collect_generator(acc, text, nodes.generator(range)?, instead_of);
                }
                Collected::Value { value, item } => {
                    let range = *facts.value_ranges.get(*value).ok_or(Refusal::UnknownId)?;
                    collect_call(acc, text, range, item, instead_of);
                }
                Collected::Call { site, item } => {
                    collect_call(acc, text, site_range(*site)?, item, instead_of);
                }
            }
            Ok(())
        }
        Step::CloseLoop { site, name, via } => {
            close_loop(acc, source, nodes.for_statement(site_range(*site)?)?, name, via)
        }
        Step::Unroll { site, callee, item, filters, display, instead_of } => {
            let instead_of = match instead_of {
                Some(call) => Some(nodes.call(site_range(*call)?)?),
                None => None,
            };
            let shape = Unrolled { callee, item, filters: *filters, display: *display, instead_of };
            unroll(acc, text, nodes.call(site_range(*site)?)?, &shape)
        }
        Step::Hoist { statement, name, .. } => {
            hoist(acc, parsed, text, nodes.augmented(statement_range(*statement)?)?, name)
        }
        Step::LetCancelThrough { handler, .. } => {
            let (clause, is_group) = nodes.handler(statement_range(*handler)?)?;
            let_cancel_through(acc, parsed, text, clause, is_group);
            Ok(())
        }
        Step::Unthread { site, callee } => unthread(acc, text, nodes.call(site_range(*site)?)?, callee),
        Step::AwaitInstead { site } => await_instead(acc, text, nodes, nodes.call(site_range(*site)?)?),
        Step::Convert { .. }
        | Step::Await { .. }
        | Step::Call { .. }
        | Step::Rename { .. }
        | Step::Redecorate { .. }
        | Step::EndIteration { .. }
        | Step::Delegate { .. }
        | Step::Offload { .. }
        | Step::AsyncWith { .. }
        | Step::AsyncFor { .. }
        | Step::Substitute { .. }
        | Step::Import { .. }
        | Step::RemoveImport { .. }
        | Step::Reannotate { .. }
        | Step::ListExport { .. }
        | Step::ExtendImport { .. } => Ok(()),
    }
}
