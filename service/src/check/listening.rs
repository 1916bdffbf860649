//! The addresses on which the service would listen. They are checked without connecting: a connection
//! would make systemd start the service.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use crate::config::{Config, MetricsConfig};
use crate::files::check_creatable;
use crate::listener;

/// Why the service could not listen. Sockets of the running service are not faults.
pub(super) fn faults(config: &Config, is_running: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let mut look = |place: String, found: Result<(), String>| {
        if let Err(why) = found {
            faults.push(format!("the socket {place} cannot be created: {why}"));
        }
    };
    look(
        config.socket_path.display().to_string(),
        unix(&config.socket_path, is_running),
    );
    match &config.metrics {
        Some(MetricsConfig::Unix(path)) => {
            look(path.display().to_string(), unix(path, is_running));
        }
        // Bound and closed again.
        Some(MetricsConfig::Loopback(address)) if !is_running => {
            let bound = TcpListener::bind(address).map(drop);
            let why = |error| format!("{error}; set another port as `listen` in [metrics]");
            look(address.to_string(), bound.map_err(why));
        }
        _ => {}
    }
    if let Some(port) = config.vsock_port.filter(|_| !is_running)
        && let Err(error) = try_vsock(port)
    {
        faults.push(error);
    }
    faults
}

fn unix(path: &Path, is_running: bool) -> Result<(), String> {
    if !listener::socket_is_at(path)? {
        return check_creatable(path);
    }
    match Listening::at(path) {
        Some(_) if is_running => Ok(()),
        Some(listening) if listening.is_systemds() => Ok(()),
        Some(_) => Err("another service listens there; stop it or set another socket_path".into()),
        // A stale socket, which a start replaces.
        None => check_creatable(path),
    }
}

/// A socket on which a process listens.
struct Listening {
    inode: String,
}

impl Listening {
    /// The socket at that path, from the kernel's table.
    fn at(path: &Path) -> Option<Self> {
        let table = fs::read_to_string("/proc/net/unix").ok()?;
        let path = path.to_str()?;
        table.lines().find_map(|line| {
            let mut columns = line.split_ascii_whitespace();
            let flags = u32::from_str_radix(columns.nth(3)?, 16).ok()?;
            let inode = columns.nth(2)?;
            // The path may contain spaces.
            let is_it = line.ends_with(&format!(" {inode} {path}"));
            (is_it && flags & ACCEPTS != 0).then(|| Self {
                inode: inode.to_owned(),
            })
        })
    }

    /// Whether systemd listens on it, to pass it to the service. Only root can find out which process
    /// holds a socket; otherwise a socket of a root process counts as systemd's.
    fn is_systemds(&self) -> bool {
        let Ok(files) = fs::read_dir("/proc/1/fd") else {
            return true;
        };
        let wanted = PathBuf::from(format!("socket:[{}]", self.inode));
        let mut files = files.flatten();
        files.any(|file| fs::read_link(file.path()).is_ok_and(|found| found == wanted))
    }
}

/// `__SO_ACCEPTCON` of the kernel: the socket accepts connections.
const ACCEPTS: u32 = 1 << 16;

fn try_vsock(port: u32) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let bound = runtime.block_on(async { listener::bind_vsock(port).map(drop) });
    bound.map_err(|error| error.to_string())
}
