//! A service for one sample, in a temporary folder.

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
    /// Starts it with the embedded default, like a user's service.
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
        let text = child.stdout.take().context("its output is a pipe")?;
        let mut line = String::new();
        BufReader::new(text).read_line(&mut line)?;
        let mut service = Self {
            child,
            endpoint: String::new(),
        };
        service.endpoint = endpoint(&line)
            .with_context(|| format!("the service did not start: it printed {line:?}"))?;
        Ok(service)
    }

    /// Returns the endpoint, in the format of `PARSEC_SERVICE_ENDPOINT`.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

impl Drop for TestService {
    fn drop(&mut self) {
        // It exits at the end of its input.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Returns the endpoint from the line of JSON, whose strings need no escapes.
fn endpoint(line: &str) -> Option<String> {
    let (_, after) = line.split_once("\"endpoint\"")?;
    let mut strings = after.split('"').skip(1);
    Some(strings.next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_is_found_with_any_spacing() {
        for line in [
            r#"{"endpoint":"unix:/a/b.sock","pid":1}"#,
            r#"{ "pid": 1, "endpoint": "unix:/a/b.sock" }"#,
        ] {
            assert_eq!(endpoint(line).as_deref(), Some("unix:/a/b.sock"));
        }
        assert_eq!(endpoint(""), None);
    }
}
