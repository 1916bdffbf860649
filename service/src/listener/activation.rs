//! A socket that systemd made and handed over: `LISTEN_FDS`, sd_listen_fds(3).

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;

use rustix::net::{AddressFamily, SocketType, sockopt};
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

/// The socket that was handed over, if there is one.
///
/// # Errors
///
/// What is wrong with what was handed over, and what to change.
pub(super) fn handed_over() -> Result<Option<UnixListener>, String> {
    let handed = sd_notify::listen_fds()
        .map_err(|error| format!("what systemd says of it cannot be understood: {error}"))?;
    let numbers: Vec<i32> = handed.collect();
    let number = match numbers[..] {
        [] => return Ok(None),
        [number] => number,
        _ => {
            return Err(format!(
                "systemd hands over {} sockets; leave one ListenStream= in the socket unit",
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
            "what systemd hands over is no listening Unix stream socket; set ListenStream= to a \
             path in the socket unit"
                .to_owned(),
        );
    }
    Ok(Some(socket.into()))
}

/// A bare number can be made into a descriptor of ours in safe Rust only by asking the kernel for
/// a duplicate of it, which has the advantage that the number need not be trusted.
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
    fn a_descriptor_is_taken_by_its_number() {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("s")).unwrap();
        let taken = take(listener.as_raw_fd()).unwrap();
        assert!(listens(&taken).unwrap());
        drop(listener);
        UnixStream::connect(folder.path().join("s")).expect("the duplicate still listens");
    }

    #[test]
    fn what_does_not_listen_is_recognised() {
        let (one, _other) = UnixStream::pair().unwrap();
        assert!(!listens(&take(one.as_raw_fd()).unwrap()).unwrap());
        let file = File::open("/dev/null").unwrap();
        assert!(!listens(&take(file.as_raw_fd()).unwrap()).unwrap_or(false));
        assert!(take(i32::MAX).is_err());
    }
}
