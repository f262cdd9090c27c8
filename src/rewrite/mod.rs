//! Turns a plan's steps into verified text edits.
