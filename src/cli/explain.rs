//! The command `explain`.

use anyhow::{Result, bail};

use crate::cli::arguments::ExplainArguments;
use crate::cli::exit::Outcome;
use crate::cli::terminal::Terminal;
use crate::report::{find_topic, nearest_topic, write_topic};
use crate::rules::Knowledge;

/// Prints what something means.
pub(crate) fn run_explain(arguments: &ExplainArguments, terminal: Terminal) -> Result<Outcome> {
    let knowledge = Knowledge::embedded();
    let word = arguments.topic.as_str();
    let Some(topic) = find_topic(knowledge, word) else {
        match nearest_topic(knowledge, word) {
            Some(near) => bail!("nothing is called `{word}`; did you mean `{near}`?"),
            None => bail!("nothing is called `{word}`; give a check, a reason or a library"),
        }
    };
    terminal.styled(|out| write_topic(out, knowledge, topic))?;
    Ok(Outcome::Clean)
}
