//! One file in, its owned and serialisable `ModuleFacts` out.
