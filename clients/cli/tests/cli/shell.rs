//! A shell whose commands use a separate service.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread;

use parsec_harness::{Service, cli};
use serde_json::Value;
use tempfile::TempDir;

/// A service, and a folder in which `parsec` runs.
pub(crate) struct Shell {
    pub(crate) service: Service,
    pub(crate) folder: TempDir,
}

/// The output of a program.
pub(crate) struct CommandOutput {
    pub(crate) code: i32,
    pub(crate) out: Vec<u8>,
    pub(crate) err: String,
}

impl CommandOutput {
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, 0, "{}", self.err);
        String::from_utf8(self.out).unwrap()
    }

    #[track_caller]
    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.ok()).unwrap()
    }

    #[track_caller]
    pub(crate) fn refused(self, code: i32, because: &str) {
        assert_eq!(self.code, code, "{}", self.err);
        assert!(self.err.contains(because), "{}", self.err);
        assert!(self.out.is_empty(), "messages go to standard error");
    }
}

impl From<Output> for CommandOutput {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: output.stdout,
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Shell {
    pub(crate) fn new() -> Self {
        Self {
            service: Service::start(),
            folder: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn direct() -> Self {
        Self {
            service: Service::direct(),
            folder: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, program: impl AsRef<OsStr>, line: &str) -> Command {
        let mut command = Command::new(program);
        command
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .env("PARSEC_SERVICE_ENDPOINT", self.service.endpoint())
            .env_remove("PARSEC_APPLICATION")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn parsec(&self, line: &str) -> CommandOutput {
        self.command(cli(), line).output().unwrap().into()
    }

    pub(crate) fn parsec_with(&self, line: &str, input: &[u8]) -> CommandOutput {
        let mut child = self
            .command(cli(), line)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // Write from another thread: a program may write while it reads, and one that fails reads
        // nothing.
        thread::scope(|scope| {
            scope.spawn(move || drop(stdin.write_all(input)));
            child.wait_with_output().unwrap().into()
        })
    }

    pub(crate) fn openssl(&self, line: &str) -> CommandOutput {
        self.command("openssl", line).output().unwrap().into()
    }
}
