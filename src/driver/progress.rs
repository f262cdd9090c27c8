//! What a run tells about how far it is.

/// A step of a run. Sent from any thread, in any order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many files will be read.
    Files(usize),
    /// One of them was.
    FileDone,
    /// All files were read; the whole program is analysed.
    WholeProgram,
    /// So many files will be rewritten.
    Rewrites(usize),
}
