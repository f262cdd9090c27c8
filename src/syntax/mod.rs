//! Parsing of one Python file: the only floor that names the parser crates.
