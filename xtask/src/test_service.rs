//! A service for one sample, in a scratch folder of its own.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};

use crate::places;

/// A running service; dropping it stops it.
pub(crate) struct TestService {
    child: Child,
    endpoint: String,
}

impl TestService {
    /// Starts it as a user would have it: with the embedded default.
    pub(crate) fn start() -> Result<Self> {
        let built = places::target().join("debug");
        let program = built.join("parsec-test-service");
        let mut child = Command::new(&program)
            .arg("--default")
            .env("PARSEC_SERVICE_BINARY", built.join("parsec-service"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} cannot be run", program.display()))?;
        let said = child.stdout.take().context("its output is a pipe")?;
        let mut line = String::new();
        BufReader::new(said).read_line(&mut line)?;
        let mut service = Self {
            child,
            endpoint: String::new(),
        };
        service.endpoint = endpoint(&line)
            .with_context(|| format!("the service did not start: it said {line:?}"))?;
        Ok(service)
    }

    /// Where it listens, as `PARSEC_SERVICE_ENDPOINT` wants it.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

impl Drop for TestService {
    fn drop(&mut self) {
        // It ends when its input does.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// What the line of JSON says, whose strings hold nothing that would need an escape.
fn endpoint(line: &str) -> Option<String> {
    let (_, after) = line.split_once("\"endpoint\"")?;
    let mut strings = after.split('"').skip(1);
    Some(strings.next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_is_found_however_the_line_is_spaced() {
        for line in [
            r#"{"endpoint":"unix:/a/b.sock","pid":1}"#,
            r#"{ "pid": 1, "endpoint": "unix:/a/b.sock" }"#,
        ] {
            assert_eq!(endpoint(line).as_deref(), Some("unix:/a/b.sock"));
        }
        assert_eq!(endpoint(""), None);
    }
}
