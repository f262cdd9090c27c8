//! Steps applied to small sources give the text they should, and Python that compiles.

mod async_blocks;
mod calls;
mod convert;
mod gnarly;
mod harness;
mod imports;
mod offload;
mod python;
mod random;
mod refusals;
mod reshape;
