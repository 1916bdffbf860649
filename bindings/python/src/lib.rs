//! The extension module `parsec_client._native`: converts, calls the Rust client, converts back.
//!
//! The package `parsec_client` is written in Python; this module is not public. The classes of handles are
//! generated, for asyncio and blocking.

mod asyncio;
mod blocking;
mod certificate;
mod convert;
mod error;
mod generated;
mod public_key;
mod runtime;
#[path = "generated/spec.rs"]
mod spec;
mod tls;

use pyo3::prelude::*;

use crate::generated::{asynchronous, blocking as classes};

/// Bindings to the Rust client.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    generated::add_classes(module)?;
    module.add_class::<public_key::PublicKey>()?;
    module.add_class::<tls::TlsConfig>()?;
    module.add_class::<tls::TlsServerConfig>()?;
    module.add_class::<tls::TlsConnection>()?;
    module.add_function(wrap_pyfunction!(certificate::decode_certificate, module)?)?;
    module.add_function(wrap_pyfunction!(runtime::before_fork, module)?)?;
    module.add_function(wrap_pyfunction!(runtime::after_fork_in_parent, module)?)?;
    module.add_function(wrap_pyfunction!(runtime::after_fork_in_child, module)?)?;
    module.add_function(wrap_pyfunction!(runtime::shut_down, module)?)?;
    module.add_function(wrap_pyfunction!(to_blocking, module)?)?;
    // Not with add_function, which would list it in `__all__`.
    #[cfg(debug_assertions)]
    module.setattr("_panic", wrap_pyfunction!(_panic, module)?)?;
    Ok(())
}

/// The same key for blocking code, with separate connections.
#[pyfunction]
fn to_blocking(py: Python<'_>, key: &asynchronous::key::Key) -> PyResult<classes::key::Key> {
    let key = key.key();
    error::guard(|| Ok(py.detach(|| classes::key::Key::new(key.to_blocking()))))
}

/// Panics in each place that can, for the tests of debug builds.
#[cfg(debug_assertions)]
#[pyfunction]
#[expect(
    clippy::panic,
    reason = "the test checks that the panic goes no further"
)]
fn _panic<'py>(py: Python<'py>, place: &str) -> PyResult<Bound<'py, PyAny>> {
    match place {
        "blocking" => blocking::run::<_, ()>(py, async { panic!("a forced panic") }),
        "asyncio" => asyncio::awaitable::<_, ()>(py, async { panic!("a forced panic") }),
        _ => error::guard(|| panic!("a forced panic")),
    }
}
