//! Runs the phases in order for one command.
