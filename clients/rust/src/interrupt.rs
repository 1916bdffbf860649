//! Interruption of blocking calls, for bindings to languages that handle signals between their
//! instructions.
//!
//! ```
//! use std::rc::Rc;
//! use std::sync::atomic::{AtomicBool, Ordering};
//!
//! use parsec_client::blocking::Client;
//! use parsec_client::interrupt;
//!
//! static STOPPED: AtomicBool = AtomicBool::new(false); // A handler of SIGINT sets it.
//!
//! # fn main() -> parsec_client::Result<()> {
//! # let service = parsec_harness::shared_service();
//! # let endpoint = parsec_client::Endpoint::parse(&service.endpoint())?;
//! # let parsec = if service.endpoint().is_empty() {
//! let parsec = Client::connect()?;
//! # parsec } else { Client::builder().endpoint(endpoint).connect()? };
//! let stopped = Rc::new(|| STOPPED.load(Ordering::Relaxed));
//! let bytes = interrupt::checking(stopped, || parsec.random(16))?;
//! # assert_eq!(bytes.len(), 16);
//! # Ok(())
//! # }
//! ```

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::time::Duration;

/// The longest wait between two checks.
pub(crate) const INTERVAL: Duration = Duration::from_millis(50);

/// Returns whether the calls of this thread are to end.
type Check = Rc<dyn Fn() -> bool>;

thread_local! {
    static CHECK: RefCell<Option<Check>> = const { RefCell::new(None) };
}

/// Runs `work`. While its blocking calls wait for the service, they call `is_interrupted` on this
/// thread after each signal and every 50 milliseconds, and fail when it returns true. From then on it
/// must return true. The service may still execute a request that was sent.
pub fn checking<R>(is_interrupted: Rc<dyn Fn() -> bool>, work: impl FnOnce() -> R) -> R {
    let _outer = Outer(CHECK.replace(Some(is_interrupted)));
    work()
}

/// Restores the check of the surrounding call: a handler of a signal may make calls too.
struct Outer(Option<Check>);

impl Drop for Outer {
    fn drop(&mut self) {
        CHECK.set(self.0.take());
    }
}

/// Returns whether there is a check.
pub(crate) fn is_checked() -> bool {
    CHECK.with_borrow(Option::is_some)
}

/// Fails with [`io::ErrorKind::Interrupted`] if the calls of this thread are to end.
pub(crate) fn check() -> io::Result<()> {
    let check = CHECK.with_borrow(Clone::clone);
    match check.is_some_and(|is_interrupted| is_interrupted()) {
        true => Err(io::ErrorKind::Interrupted.into()),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::os::unix::net::UnixStream;
    use std::time::Instant;

    use super::*;
    use crate::transport::{BlockingTransport, Transport as _, now};

    #[test]
    fn a_wait_ends_when_the_check_returns_true() {
        let (mut waiting, _silent) = UnixStream::pair().unwrap();
        let checks = Rc::new(Cell::new(0));
        let counted = checks.clone();
        let check = Rc::new(move || {
            counted.set(counted.get() + 1);
            counted.get() >= 3
        });
        let deadline = Instant::now() + Duration::from_secs(3600);
        let mut buffer = [0];
        let error = checking(check, || {
            now(BlockingTransport::read(&mut waiting, &mut buffer, deadline))
        })
        .unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Interrupted);
        assert_eq!(checks.get(), 3);
        assert!(!is_checked(), "the check is gone after the call");
    }
}
