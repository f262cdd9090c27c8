//! Decides for every function whether it is converted, bridged or kept, and why.
