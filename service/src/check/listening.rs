//! The places where the service would listen. Nobody is connected to: a connection would have
//! systemd start the service.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use crate::config::{Config, MetricsConfig};
use crate::files::try_to_make;
use crate::listener;

/// What keeps the service from listening. What the service that runs now holds is no fault.
pub(super) fn faults(config: &Config, is_running: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let mut look = |place: String, found: Result<(), String>| {
        if let Err(why) = found {
            faults.push(format!("the socket {place} cannot be made: {why}"));
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
        // Bound and given back at once.
        Some(MetricsConfig::Loopback(address)) if !is_running => {
            let bound = TcpListener::bind(address).map(drop);
            let why = |error| format!("{error}; `listen` in [metrics] on another port");
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
        return try_to_make(path);
    }
    match Listening::at(path) {
        Some(_) if is_running => Ok(()),
        Some(listening) if listening.is_systemds() => Ok(()),
        Some(_) => Err("another service answers there; stop it or set another socket_path".into()),
        // A stale one, which a start replaces.
        None => try_to_make(path),
    }
}

/// A socket that a process listens on.
struct Listening {
    inode: String,
}

impl Listening {
    /// The one at that path, by the kernel's table.
    fn at(path: &Path) -> Option<Self> {
        let table = fs::read_to_string("/proc/net/unix").ok()?;
        let path = path.to_str()?;
        table.lines().find_map(|line| {
            let mut columns = line.split_ascii_whitespace();
            let flags = u32::from_str_radix(columns.nth(3)?, 16).ok()?;
            let inode = columns.nth(2)?;
            // A path may have spaces in it.
            let is_it = line.ends_with(&format!(" {inode} {path}"));
            (is_it && flags & ACCEPTS != 0).then(|| Self {
                inode: inode.to_owned(),
            })
        })
    }

    /// Whether systemd listens there, to hand the socket over. Only root can find out who holds it;
    /// for others a socket of the system's is taken for systemd's.
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
