//! Whole-program value flow: what every call can reach.
