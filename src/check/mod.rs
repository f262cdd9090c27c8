//! Detectors: effects and sites in, findings as plain data out.
