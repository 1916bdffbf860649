//! The extension module `parsec._native`: converts, calls the Rust client, converts back.
//!
//! The public API of the package `parsec` is written in Python; this module is internal. Each class
//! of a client is compiled twice from one source: see [`blocking`] and [`asynchronous`].

mod asynchronous;
mod asyncio;
mod blocking;
mod convert;
mod error;
mod public_key;
mod runtime;
mod tls;

use pyo3::prelude::*;
use pyo3::types::PyType;

/// Bindings to the Rust client.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add_class::<public_key::PublicKey>()?;
    module.add_class::<tls::TlsConfig>()?;
    module.add_class::<tls::TlsConnection>()?;
    add(module, "Client", &py.get_type::<blocking::client::Client>())?;
    add(module, "Key", &py.get_type::<blocking::keys::Key>())?;
    add(module, "Stream", &py.get_type::<blocking::stream::Stream>())?;
    let client = py.get_type::<asynchronous::client::Client>();
    add(module, "AsyncClient", &client)?;
    let key = py.get_type::<asynchronous::keys::Key>();
    add(module, "AsyncKey", &key)?;
    let stream = py.get_type::<asynchronous::stream::Stream>();
    add(module, "AsyncStream", &stream)?;
    module.add_function(wrap_pyfunction!(runtime::before_fork, module)?)?;
    module.add_function(wrap_pyfunction!(runtime::after_fork_in_parent, module)?)?;
    module.add_function(wrap_pyfunction!(runtime::after_fork_in_child, module)?)?;
    module.add_function(wrap_pyfunction!(runtime::shut_down, module)?)?;
    module.add_function(wrap_pyfunction!(to_blocking, module)?)?;
    // Not with add_function, which would add it to `__all__`.
    #[cfg(debug_assertions)]
    module.setattr("_panic", wrap_pyfunction!(_panic, module)?)?;
    Ok(())
}

/// Returns the same key for blocking code, with separate connections.
#[pyfunction]
fn to_blocking(py: Python<'_>, key: &asynchronous::keys::Key) -> PyResult<blocking::keys::Key> {
    let key = key.key();
    error::guard(|| Ok(py.detach(|| blocking::keys::Key::new(key.to_blocking()))))
}

/// Panics at the given place, for tests; not part of release builds.
#[cfg(debug_assertions)]
#[pyfunction]
#[expect(clippy::panic, reason = "tests check that the panic is contained")]
fn _panic<'py>(py: Python<'py>, place: &str) -> PyResult<Bound<'py, PyAny>> {
    match place {
        "blocking" => blocking::run::<_, ()>(py, async { panic!("a forced panic") }),
        "asyncio" => asyncio::awaitable::<_, ()>(py, async { panic!("a forced panic") }),
        _ => error::guard(|| panic!("a forced panic")),
    }
}

/// Adds a class under a name that its source cannot contain, because it is compiled twice.
fn add(module: &Bound<'_, PyModule>, name: &str, class: &Bound<'_, PyType>) -> PyResult<()> {
    class.setattr("__name__", name)?;
    class.setattr("__qualname__", name)?;
    module.add(name, class)
}
