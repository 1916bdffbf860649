//! Socket activation: a socket that systemd created, `LISTEN_FDS`, sd_listen_fds(3).

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;

use rustix::net::{AddressFamily, SocketType, sockopt};
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

/// Returns the socket that systemd passed, if there is one.
///
/// # Errors
///
/// The fault of the socket that was passed, and what to change.
pub(super) fn handed_over() -> Result<Option<UnixListener>, String> {
    let handed = sd_notify::listen_fds()
        .map_err(|error| format!("the variables from systemd cannot be parsed: {error}"))?;
    let numbers: Vec<i32> = handed.collect();
    let number = match numbers[..] {
        [] => return Ok(None),
        [number] => number,
        _ => {
            return Err(format!(
                "systemd passed {} sockets; leave one ListenStream= in the socket unit",
                numbers.len()
            ));
        }
    };
    let socket = take(number).map_err(|error| {
        format!(
            "the socket from systemd cannot be taken over (pidfd_getfd: {error}); allow that \
             system call in the unit's filter, or start the service without its socket unit"
        )
    })?;
    if !listens(&socket).unwrap_or(false) {
        return Err(
            "systemd passed something other than a listening Unix stream socket; set ListenStream= to a \
             path in the socket unit"
                .to_owned(),
        );
    }
    Ok(Some(socket.into()))
}

/// Duplicates a descriptor by its number. In safe Rust only the kernel can turn a number into a
/// descriptor; this way the number need not be trusted either.
fn take(number: i32) -> io::Result<OwnedFd> {
    let this_process = pidfd_open(getpid(), PidfdFlags::empty())?;
    Ok(pidfd_getfd(
        &this_process,
        number,
        PidfdGetfdFlags::empty(),
    )?)
}

fn listens(socket: &OwnedFd) -> io::Result<bool> {
    Ok(sockopt::socket_domain(socket)? == AddressFamily::UNIX
        && sockopt::socket_type(socket)? == SocketType::STREAM
        && sockopt::socket_acceptconn(socket)?)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::fd::AsRawFd as _;
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn duplicates_a_descriptor_by_its_number() {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("s")).unwrap();
        let taken = take(listener.as_raw_fd()).unwrap();
        assert!(listens(&taken).unwrap());
        drop(listener);
        UnixStream::connect(folder.path().join("s")).expect("the duplicate still listens");
    }

    #[test]
    fn recognizes_descriptors_that_do_not_listen() {
        let (one, _other) = UnixStream::pair().unwrap();
        assert!(!listens(&take(one.as_raw_fd()).unwrap()).unwrap());
        let file = File::open("/dev/null").unwrap();
        assert!(!listens(&take(file.as_raw_fd()).unwrap()).unwrap_or(false));
        assert!(take(i32::MAX).is_err());
    }
}
