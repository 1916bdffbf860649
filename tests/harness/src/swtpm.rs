//! A TPM 2.0 in software.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

const START_DEADLINE: Duration = Duration::from_secs(20);

/// A TPM of its own for one test, on ports of its own. Dropping it stops it and forgets its seeds.
#[derive(Debug)]
pub struct Swtpm {
    process: Option<Child>,
    port: u16,
    // Last, so that the folder outlives the process that writes into it.
    state: TempDir,
}

impl Swtpm {
    /// Makes a new TPM and waits until it listens.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn start() -> Self {
        let mut swtpm = Self {
            process: None,
            port: two_free_ports(),
            state: tempfile::Builder::new()
                .prefix("parsec-tpm-")
                .tempdir()
                .expect("a scratch folder"),
        };
        swtpm.launch();
        swtpm
    }

    /// The way to it, in the notation of tpm2-tss.
    pub fn tcti(&self) -> String {
        format!("swtpm:host=127.0.0.1,port={}", self.port)
    }

    /// Cuts its power.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It may have ended by itself.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Lets it answer nothing any more, as a chip that hangs; its connections stay open.
    ///
    /// # Panics
    ///
    /// If it does not run.
    pub fn hang(&self) {
        let process = self.process.as_ref().expect("the TPM runs");
        let stopped = kill_process(Pid::from_child(process), Signal::STOP);
        stopped.expect("a child can be sent a signal");
    }

    /// Gives it power again, cutting it first: the same TPM, which has lost what was in its memory.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn restart(&mut self) {
        self.kill();
        self.launch();
    }

    fn launch(&mut self) {
        let port = self.port;
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
        self.process = Some(process);
        let deadline = Instant::now() + START_DEADLINE;
        // Only the control port may be tried: the other takes one caller at a time.
        while TcpStream::connect(("127.0.0.1", port + 1)).is_err() {
            assert!(Instant::now() < deadline, "swtpm does not listen");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Swtpm {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The control port is the next one: tpm2-tss expects it there.
fn two_free_ports() -> u16 {
    (0..100)
        .find_map(|_| {
            let first = TcpListener::bind(("127.0.0.1", 0)).ok()?;
            let port = first.local_addr().ok()?.port();
            let _second = TcpListener::bind(("127.0.0.1", port.checked_add(1)?)).ok()?;
            Some(port)
        })
        .expect("two free ports beside each other")
}
