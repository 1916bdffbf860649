//! The service's metrics.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;

/// Metrics of a service at one moment, from [`Service::metrics`](crate::Service::metrics).
#[derive(Debug, Clone)]
pub struct Metrics {
    /// The whole response, with its header.
    pub text: String,
}

impl Metrics {
    /// The end of a configuration that enables metrics.
    pub const CONFIG: &str = "\n[metrics]\nlisten = \"unix:{scratch}/run/metrics.sock\"\n";

    pub(crate) fn read(socket: &Path) -> Self {
        let mut text = String::new();
        UnixStream::connect(socket)
            .and_then(|mut stream| {
                stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n")?;
                stream.read_to_string(&mut text)
            })
            .unwrap_or_else(|error| panic!("no metrics at {}: {error}", socket.display()));
        Self { text }
    }

    /// Returns the value of a sample, named with its labels, if there is one.
    pub fn value(&self, sample: &str) -> Option<f64> {
        let line = self.text.lines().find(|line| {
            line.strip_prefix(sample)
                .is_some_and(|rest| rest.starts_with(' '))
        })?;
        line.rsplit(' ').next()?.parse().ok()
    }

    /// Returns the number of requests in the queue of the provider of this name.
    pub fn queued(&self, provider: &str) -> f64 {
        let sample = format!("parsec_queued_requests{{provider=\"{provider}\"}}");
        self.value(&sample).unwrap_or_default()
    }
}
