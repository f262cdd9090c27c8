//! Checks for what newer versions of Python do in another way.

mod mention;

mod guard;

mod retiring;

mod api;

mod generator_coroutine;

mod decorator_coroutine;

mod stop_iteration;

mod monkey_patching;

pub(crate) use api::{deprecated_apis, removed_apis};
pub(crate) use decorator_coroutine::decorator_coroutines;
pub(crate) use generator_coroutine::generator_coroutines;
pub(crate) use monkey_patching::monkey_patching;
pub(crate) use stop_iteration::stop_iterations;
