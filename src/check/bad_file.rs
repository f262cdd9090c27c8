//! Files that are no valid Python, cannot be read, or made the analysis fail.

use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::problem::{FileProblem, FileProblemKind};
use crate::check::request::CheckRequest;
use crate::rules::{CheckRule, Placeholder};

/// How many syntax errors of one file are worth reading.
const MOST_ERRORS: usize = 3;

/// Finds what the parser reported.
pub(crate) fn syntax_errors(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    for module in request.modules() {
        for problem in request.program.facts(module).problems.iter().take(MOST_ERRORS) {
            let spot = Spot::Text(problem.range);
            let finding = FindingBuilder::new(rule, request.file(module), spot)
                .value(Placeholder::Detail, &*problem.message)
                .value(Placeholder::Path, &*request.program.modules[module].name);
            acc.push(finding.finish());
        }
    }
}

/// Finds the files whose analysis failed.
pub(crate) fn internal_errors(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    for problem in request.file_problems {
        if problem.kind == FileProblemKind::Internal {
            acc.push(build(rule, problem, 1));
        }
    }
}

/// Finds the files that could not be read.
pub(crate) fn unreadable_files(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    for problem in request.file_problems {
        if let FileProblemKind::Unreadable { line } = problem.kind {
            acc.push(build(rule, problem, line));
        }
    }
}

fn build(rule: &CheckRule, problem: &FileProblem, line: u32) -> Finding {
    FindingBuilder::new(rule, problem.file, Spot::Line(line))
        .value(Placeholder::Path, problem.path.as_str())
        .value(Placeholder::Detail, problem.detail.as_str())
        .finish()
}
