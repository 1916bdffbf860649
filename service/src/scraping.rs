//! The HTTP endpoint for metrics scrapers: one GET request a connection.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::Semaphore;

use crate::config::MetricsConfig;
use crate::error::ServiceError;
use crate::listener::Socket;
use crate::server::Server;

/// The maximum length of a request; a scraper's has a few hundred bytes.
const REQUEST: usize = 8 * 1024;
/// The maximum duration of a request.
const DEADLINE: Duration = Duration::from_secs(5);
/// The maximum number of concurrent scrapers.
const SCRAPERS: usize = 8;
/// How long to wait after accepting failed.
const BACK_OFF: Duration = Duration::from_millis(50);

/// The endpoint that scrapers connect to.
pub(crate) enum Endpoint {
    Unix {
        listener: UnixListener,
        /// The socket file, removed on drop.
        _socket: Socket,
    },
    Tcp(TcpListener),
}

/// Listens on the configured address.
pub(crate) async fn bind(config: &MetricsConfig) -> Result<Endpoint, ServiceError> {
    match config {
        MetricsConfig::Unix(path) => {
            let (listener, socket) = crate::listener::bind_path(path, 0o660)?;
            Ok(Endpoint::Unix {
                listener,
                _socket: socket,
            })
        }
        MetricsConfig::Loopback(address) => {
            let listener = TcpListener::bind(address).await.map_err(|error| {
                let why = format!("{error}; set another port as `listen` in [metrics]");
                ServiceError::socket(address.to_string(), why)
            })?;
            Ok(Endpoint::Tcp(listener))
        }
    }
}

impl Endpoint {
    /// Serves scrapers until the task is aborted.
    pub(crate) async fn run(self, server: Arc<Server>) {
        let scrapers = Arc::new(Semaphore::new(SCRAPERS));
        loop {
            let Ok(permit) = Arc::clone(&scrapers).acquire_owned().await else {
                return;
            };
            let Ok(mut stream) = self.accept().await else {
                tokio::time::sleep(BACK_OFF).await;
                continue;
            };
            let server = Arc::clone(&server);
            tokio::spawn(async move {
                serve(&mut *stream, &server).await;
                drop(permit);
            });
        }
    }

    async fn accept(&self) -> io::Result<Box<dyn ScraperStream>> {
        Ok(match self {
            Self::Unix { listener, .. } => Box::new(listener.accept().await?.0),
            Self::Tcp(listener) => Box::new(listener.accept().await?.0),
        })
    }
}

/// A connection of either kind.
trait ScraperStream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> ScraperStream for T {}

async fn serve(stream: &mut dyn ScraperStream, server: &Server) {
    let served = async {
        let request = read(stream).await?;
        let answer = match first_line(&request) {
            Some(("GET", "/metrics" | "/")) => answer(
                "200 OK",
                "application/openmetrics-text; version=1.0.0; charset=utf-8",
                &server.metrics_text().await,
            ),
            Some(("GET", _)) => answer("404 Not Found", "text/plain", "request /metrics\n"),
            Some(_) => answer(
                "405 Method Not Allowed",
                "text/plain",
                "only GET is supported\n",
            ),
            None => answer("400 Bad Request", "text/plain", "not an HTTP request\n"),
        };
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await
    };
    // A scraper that is too slow or gone gets no response, and nothing is logged.
    let _ = tokio::time::timeout(DEADLINE, served).await;
}

/// Reads up to the empty line that ends the header.
async fn read(stream: &mut dyn ScraperStream) -> io::Result<Vec<u8>> {
    let mut request = Vec::new();
    let mut buffer = [0; 1024];
    while request.len() < REQUEST && !request.windows(4).any(|it| it == b"\r\n\r\n") {
        match stream.read(&mut buffer).await? {
            0 => break,
            length => request.extend_from_slice(&buffer[..length]),
        }
    }
    Ok(request)
}

/// The method, and the path without a query.
fn first_line(request: &[u8]) -> Option<(&str, &str)> {
    let line = request.split(|byte| *byte == b'\r').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    version
        .starts_with("HTTP/1.")
        .then(|| (method, target.split('?').next().unwrap_or(target)))
}

fn answer(status: &str, kind: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_requests_have_a_first_line() {
        let line = |text: &str| first_line(text.as_bytes()).map(|(a, b)| format!("{a} {b}"));
        assert_eq!(
            line("GET /metrics?x=1 HTTP/1.1\r\nHost: x\r\n\r\n").as_deref(),
            Some("GET /metrics")
        );
        assert_eq!(line("POST / HTTP/1.0\r\n\r\n").as_deref(), Some("POST /"));
        for wrong in ["", "GET", "GET /", "GET / SPDY/3\r\n", "\u{10}\0\0"] {
            assert_eq!(line(wrong), None, "{wrong:?}");
        }
    }
}
