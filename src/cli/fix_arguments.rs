//! The arguments of `fix`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};

use crate::base::{ConversionMode, ConversionSettings, OffloadPolicy};
use crate::cli::common_arguments::{ImportArguments, version};
use crate::driver::TargetNames;
use crate::plan::PatchSize;

/// `fix`.
#[derive(Args, Debug)]
pub(crate) struct FixArguments {
    /// Files and folders to edit
    #[arg(value_name = "PATHS", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Edit the files instead of printing a diff
    #[arg(long, conflicts_with_all = ["check", "plan", "patches"])]
    pub(crate) write: bool,
    /// Exit 1 if anything would change
    #[arg(long)]
    pub(crate) check: bool,
    /// Print what would change in which order, what stays, and why, instead of a diff
    #[arg(long, conflicts_with = "patches")]
    pub(crate) plan: bool,
    /// How to print the plan
    #[arg(long, value_name = "FORMAT", default_value = "text", requires = "plan")]
    pub(crate) format: PlanFormat,
    /// Write numbered patches into this folder, for `git am`, instead of printing a diff
    #[arg(long, value_name = "DIR")]
    pub(crate) patches: Option<PathBuf>,
    /// What one patch holds: a `unit` of functions that must change together, what changes in a `module`, or units of N
    /// functions at most
    #[arg(long, value_name = "unit|module|N", default_value = "unit", requires = "patches")]
    pub(crate) per: Per,
    /// Ask for each unit whether it is to be converted
    #[arg(long, short)]
    pub(crate) interactive: bool,
    /// Read the answers from this file instead of a terminal
    #[arg(long, value_name = "FILE", hide = true, requires = "interactive")]
    pub(crate) answers: Option<PathBuf>,
    /// Run this command on a copy of the project before and after, and leave out what makes it fail
    #[arg(long, value_name = "COMMAND")]
    pub(crate) verify: Option<String>,
    /// Stop the command after so many seconds; when not given, after ten times what it took before the conversion, and
    /// at least a minute
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..), requires = "verify")]
    pub(crate) verify_timeout: Option<u64>,
    /// List every function that is kept, with the reason
    #[arg(long, short, visible_alias = "explain")]
    pub(crate) verbose: bool,
    /// Oldest Python version that the project supports, such as 3.9
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub(crate) target_version: Option<(u8, u8)>,
    /// Where imports lead.
    #[command(flatten)]
    pub(crate) imports: ImportArguments,
    /// What is converted.
    #[command(flatten)]
    pub(crate) targets: TargetArguments,
    /// How it is converted.
    #[command(flatten)]
    pub(crate) conversion: ConversionArguments,
}

/// What is converted: all that blocks, unless something is named.
#[derive(Args, Debug)]
#[command(next_help_heading = "What to convert")]
pub(crate) struct TargetArguments {
    /// Only this function, and what it needs
    #[arg(long, value_name = "NAME")]
    pub(crate) function: Vec<String>,
    /// Only what this function reaches
    #[arg(long, value_name = "NAME")]
    pub(crate) entry: Vec<String>,
    /// Only this module or package, and what it needs
    #[arg(long, value_name = "NAME")]
    pub(crate) module: Vec<String>,
    /// Only what async code reaches today
    #[arg(long)]
    pub(crate) async_callers: bool,
}

/// How it is converted. What is not given is as `[fix]` of the configuration says.
#[derive(Args, Debug)]
#[command(next_help_heading = "How to convert")]
pub(crate) struct ConversionArguments {
    /// What becomes of a converted function [default: wrapper]
    #[arg(long, value_name = "MODE")]
    pub(crate) mode: Option<Mode>,
    /// Trust that no code outside the project subclasses, replaces or calls what is converted
    #[arg(long, overrides_with = "no_closed_world")]
    pub(crate) closed_world: bool,
    /// Leave room for code outside the project, whatever the configuration says
    #[arg(long, hide = true, overrides_with = "closed_world")]
    pub(crate) no_closed_world: bool,
    /// When a blocking call goes to a thread [default: fallback]
    #[arg(long, value_name = "WHEN")]
    pub(crate) offload: Option<Offload>,
    /// Also make changes that need a review
    #[arg(long, overrides_with = "no_unsafe_fixes")]
    pub(crate) unsafe_fixes: bool,
    /// Make no changes that need a review, whatever the configuration says
    #[arg(long, hide = true, overrides_with = "unsafe_fixes")]
    pub(crate) no_unsafe_fixes: bool,
    /// Also convert for short calls of the local disk
    #[arg(long, overrides_with = "no_disk")]
    pub(crate) disk: bool,
    /// Leave short calls of the local disk alone, whatever the configuration says
    #[arg(long, hide = true, overrides_with = "disk")]
    pub(crate) no_disk: bool,
}

/// What becomes of a converted function.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Mode {
    /// It is renamed, and a sync wrapper keeps its name
    Wrapper,
    /// It keeps its name, and its callers await
    InPlace,
    /// An async twin is added beside it
    Twin,
}

/// When a blocking call goes to a thread.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Offload {
    /// Where it has no preferred or drop-in equivalent
    Fallback,
    /// Never
    Never,
    /// Always
    Always,
}

/// How a plan is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// Units with what is around them
    Text,
    /// For programs
    Json,
}

/// What one patch holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Per(pub(crate) PatchSize);

impl FromStr for Per {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "unit" => Ok(Self(PatchSize::Unit)),
            "module" => Ok(Self(PatchSize::Module)),
            number => match number.parse() {
                Ok(0) | Err(_) => Err("expected `unit`, `module` or a positive number".to_owned()),
                Ok(most) => Ok(Self(PatchSize::Functions(most))),
            },
        }
    }
}

impl TargetArguments {
    /// The names that are given.
    pub(crate) fn names(&self) -> TargetNames {
        TargetNames {
            functions: self.function.clone(),
            entries: self.entry.clone(),
            modules: self.module.clone(),
            async_callers: self.async_callers,
        }
    }
}

impl ConversionArguments {
    /// Lays the flags over the configuration's settings.
    pub(crate) fn lay_over(&self, settings: &mut ConversionSettings) {
        if let Some(mode) = self.mode {
            settings.mode = match mode {
                Mode::Wrapper => ConversionMode::Wrapper,
                Mode::InPlace => ConversionMode::InPlace,
                Mode::Twin => ConversionMode::Twin,
            };
        }
        if let Some(offload) = self.offload {
            settings.offload = match offload {
                Offload::Fallback => OffloadPolicy::Fallback,
                Offload::Never => OffloadPolicy::Never,
                Offload::Always => OffloadPolicy::Always,
            };
        }
        let lay = |setting: &mut bool, is_on: bool, is_off: bool| *setting = (*setting || is_on) && !is_off;
        lay(&mut settings.closed_world, self.closed_world, self.no_closed_world);
        lay(&mut settings.unsafe_fixes, self.unsafe_fixes, self.no_unsafe_fixes);
        lay(&mut settings.disk, self.disk, self.no_disk);
    }
}

#[cfg(test)]
mod tests {
    use crate::base::{ConversionMode, ConversionSettings, OffloadPolicy};
    use crate::cli::arguments::{Arguments, Command};
    use clap::Parser;

    fn laid(arguments: &[&str], mut settings: ConversionSettings) -> ConversionSettings {
        let line = ["asyncshift", "fix"].iter().chain(arguments);
        let Command::Fix(fix) = Arguments::try_parse_from(line).unwrap().command else { panic!("it is fix") };
        fix.conversion.lay_over(&mut settings);
        settings
    }

    #[test]
    fn flags_win_over_the_configuration() {
        let configured = ConversionSettings {
            mode: ConversionMode::Twin,
            closed_world: true,
            disk: true,
            ..ConversionSettings::default()
        };
        assert_eq!(laid(&[], configured), configured);
        let changed = laid(&["--mode", "in-place", "--no-disk", "--offload", "never"], configured);
        assert_eq!(
            changed,
            ConversionSettings {
                mode: ConversionMode::InPlace,
                closed_world: true,
                offload: OffloadPolicy::Never,
                ..ConversionSettings::default()
            }
        );
    }

    #[test]
    fn a_patch_holds_a_unit_a_module_or_so_many_functions() {
        let parse =
            |per: &str| Arguments::try_parse_from(["asyncshift", "fix", "--patches", "x", "--per", per]);
        for good in ["unit", "module", "1", "40"] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for wrong in ["0", "-1", "file"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert!(Arguments::try_parse_from(["asyncshift", "fix", "--per", "unit"]).is_err());
    }
}
