//! The service's metrics, if it exposes them (OpenMetrics).

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use crate::failure::Failure;

const DEADLINE: Duration = Duration::from_secs(5);
/// Maximum number of bytes to read.
const LONGEST: u64 = 16 * 1024 * 1024;

/// The samples as text.
pub(super) struct Metrics(String);

impl Metrics {
    /// Fetches the metrics from `unix:/path` or `host:port`.
    pub(super) fn of(url: &str) -> Result<Self, Failure> {
        fetch(url).map_err(|error| Failure::file("read the metrics at", url, &error))
    }

    /// Fetches the metrics from `metrics.sock` beside the service's socket, if it exists and is
    /// accessible.
    pub(super) fn beside(endpoint: &str) -> Option<Self> {
        let socket = endpoint.strip_prefix("unix:")?;
        let path = Path::new(socket).with_file_name("metrics.sock");
        fetch(&format!("unix:{}", path.display())).ok()
    }

    /// Returns the sum of a metric over all its labels.
    pub(super) fn sum(&self, name: &str) -> u64 {
        self.sum_where(name, "")
    }

    /// Returns the sum of a metric for a provider.
    pub(super) fn of_provider(&self, name: &str, provider: &str) -> u64 {
        self.sum_where(name, &format!("provider=\"{provider}\""))
    }

    /// Returns the sum of a metric over the samples with this label.
    pub(super) fn sum_where(&self, name: &str, label: &str) -> u64 {
        self.0
            .lines()
            .filter_map(|line| line.strip_prefix(name))
            .filter_map(|rest| rest.rsplit_once(' '))
            .filter(|(labels, _)| labels.is_empty() || labels.starts_with('{'))
            .filter(|(labels, _)| labels.contains(label))
            .filter_map(|(_, value)| value.parse::<f64>().ok())
            .sum::<f64>() as u64
    }
}

fn fetch(url: &str) -> io::Result<Metrics> {
    let answer = match url.strip_prefix("unix:") {
        Some(path) => {
            let stream = UnixStream::connect(path)?;
            stream.set_read_timeout(Some(DEADLINE))?;
            ask(stream)?
        }
        None => {
            let stream = TcpStream::connect(url.trim_start_matches("http://"))?;
            stream.set_read_timeout(Some(DEADLINE))?;
            ask(stream)?
        }
    };
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.starts_with("HTTP/1.1 200") => Ok(Metrics(body.to_owned())),
        _ => Err(io::Error::other("not the metrics of a Parsec service")),
    }
}

fn ask(mut stream: impl Read + Write) -> io::Result<String> {
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: parsec\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(LONGEST).read_to_string(&mut answer)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_added_up_by_name_and_label() {
        let metrics = Metrics(
            "# HELP a A.\na_total{provider=\"x\",status=\"success\"} 2\n\
             a_total{provider=\"y\",status=\"failed\"} 3.0\na_total_b 7\nb 4\n# EOF\n"
                .to_owned(),
        );
        assert_eq!(metrics.sum("a_total"), 5);
        assert_eq!(metrics.of_provider("a_total", "y"), 3);
        assert_eq!(metrics.sum_where("a_total", "status=\"success\""), 2);
        assert_eq!(metrics.sum("b"), 4);
        assert_eq!(metrics.sum("c"), 0);
    }
}
