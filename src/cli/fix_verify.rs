//! `fix --verify`: tells how the command goes, and what was dropped.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::cli::fix_arguments::FixArguments;
use crate::cli::fix_view::definition;
use crate::cli::terminal::Terminal;
use crate::driver::{
    Analysis, Conversion, ConvertRequest, Trial, TrialOf, Verified, VerifyRequest, end_text, verify,
};
use crate::io::RunEnd;
use crate::report::counted;

/// Converts what the command takes.
pub(crate) fn run_verified(
    request: &ConvertRequest<'_>,
    command: &str,
    arguments: &FixArguments,
    terminal: Terminal,
    current_dir: &Path,
) -> Result<Conversion> {
    // Nobody is left to tell when this cannot be printed, and the work goes on.
    let ran = |trial: &Trial<'_>| drop(terminal.aside(|out| writeln!(out, "{}", trial_text(trial))));
    let verified = verify(&VerifyRequest {
        convert: request,
        command,
        limit: arguments.verify_timeout.map(Duration::from_secs),
        current_dir,
        ran: &ran,
    })?;
    report(terminal, request.analysis, command, &verified)?;
    Ok(verified.conversion)
}

fn trial_text(trial: &Trial<'_>) -> String {
    let on = match trial.on {
        TrialOf::Before => "before the conversion".to_owned(),
        TrialOf::All(units) => format!("with {}", counted(units, "unit")),
        TrialOf::First(units, all) => format!("with {units} of {}", counted(all, "unit")),
    };
    let end = match trial.run.end {
        RunEnd::Passed => "passes",
        RunEnd::Failed(_) => "fails",
        RunEnd::TimedOut => "takes too long",
    };
    format!("verify: {on}: {end} ({:.1} s)", trial.run.time.as_secs_f64())
}

fn report(terminal: Terminal, analysis: &Analysis, command: &str, verified: &Verified) -> Result<()> {
    terminal.aside(|out| {
        for dropped in &verified.dropped {
            let functions: Vec<String> = dropped
                .functions
                .iter()
                .map(|&function| {
                    let place = definition(analysis, function);
                    format!("{} ({}:{})", place.name, place.path, place.line)
                })
                .collect();
            writeln!(
                out,
                "verify: dropped {}: `{command}` fails with it: {}",
                functions.join(", "),
                end_text(&dropped.run)
            )?;
        }
        let dropped = counted(verified.dropped.len(), "unit");
        writeln!(out, "verify: `{command}` ran {}; {dropped} dropped", counted(verified.runs, "time"))
    })?;
    Ok(())
}
