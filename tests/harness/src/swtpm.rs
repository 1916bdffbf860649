//! A TPM 2.0 as software.

use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::eventually;
use crate::ports::PortPair;

/// A TPM for one test, on its own ports. Dropping it stops it and discards its seeds.
#[derive(Debug)]
pub struct Swtpm {
    process: Option<Child>,
    // tpm2-tss expects the control port to be the next one.
    ports: PortPair,
    // Last, so that the folder outlives the process that writes to it.
    state: TempDir,
}

impl Swtpm {
    /// Creates a new TPM and waits until it listens.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn start() -> Self {
        let mut swtpm = Self {
            process: None,
            ports: PortPair::reserve(),
            state: tempfile::Builder::new()
                .prefix("parsec-tpm-")
                .tempdir()
                .expect("a scratch folder"),
        };
        swtpm.launch();
        swtpm
    }

    /// Returns the connection to it, in the notation of tpm2-tss.
    pub fn tcti(&self) -> String {
        format!("swtpm:host=127.0.0.1,port={}", self.ports.first)
    }

    /// Powers it off.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It may have exited already.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Suspends it, like a hanging TPM; its connections stay open.
    ///
    /// # Panics
    ///
    /// If it does not run.
    pub fn hang(&self) {
        self.signal(Signal::STOP);
    }

    /// Resumes it; it processes the commands received since [`hang`](Self::hang).
    ///
    /// # Panics
    ///
    /// If it does not run.
    pub fn resume(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let process = self.process.as_ref().expect("the TPM runs");
        let sent = kill_process(Pid::from_child(process), signal);
        sent.expect("a child can be sent a signal");
    }

    /// Restarts it: the same TPM, without the contents of its memory.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn restart(&mut self) {
        self.kill();
        self.launch();
    }

    fn launch(&mut self) {
        let port = self.ports.first;
        let process = Command::new("swtpm")
            .args(["socket", "--tpm2", "--tpmstate"])
            .arg(format!("dir={}", self.state.path().display()))
            .arg("--server")
            .arg(format!("type=tcp,port={port},bindaddr=127.0.0.1"))
            .arg("--ctrl")
            .arg(format!("type=tcp,port={},bindaddr=127.0.0.1", port + 1))
            .args(["--flags", "not-need-init,startup-clear"])
            .stdin(Stdio::null())
            .spawn()
            .expect("swtpm starts; `cargo xtask test` installs it");
        let process = self.process.insert(process);
        eventually("swtpm listens", || {
            let ended = process.try_wait().expect("a child can be waited for");
            assert!(ended.is_none(), "swtpm on port {port} ended: {ended:?}");
            // Only the control port may be probed: the other accepts one caller at a time.
            TcpStream::connect(("127.0.0.1", port + 1)).is_ok()
        });
    }
}

impl Drop for Swtpm {
    fn drop(&mut self) {
        self.kill();
    }
}
