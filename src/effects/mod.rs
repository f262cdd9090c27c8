//! What blocks, and the shortest witness for it.
