//! Logging: to standard error, at a level that a reload may change.

use std::env;
use std::io::{self, IsTerminal as _, Write};
use std::sync::OnceLock;

use rustix::fs::fstat;
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::reload::{Handle, Layer};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Registry, fmt};

use crate::config::Config;

/// The active logger.
#[derive(Debug)]
pub(crate) struct Log {
    filter: Handle<EnvFilter, Registry>,
}

impl Log {
    /// Starts logging.
    pub(crate) fn start(config: &Config) -> Self {
        let (filter, handle) = Layer::new(filter(config));
        let lines = fmt::layer()
            .with_writer(StandardError)
            .with_ansi(io::stderr().is_terminal())
            // The journal has the level as the line's priority.
            .with_level(!is_journal())
            .with_target(false);
        let lines = if config.log_timestamp {
            lines.boxed()
        } else {
            lines.without_time().boxed()
        };
        // A program that embeds the service may have a logger already.
        let _ = tracing_subscriber::registry()
            .with(filter)
            .with(lines)
            .try_init();
        Self { filter: handle }
    }

    /// Sets the level from the configuration.
    pub(crate) fn follow(&self, config: &Config) {
        // It fails only if another logger was installed first.
        let _ = self.filter.reload(filter(config));
    }
}

/// The filter: `RUST_LOG` first, then the configuration's `log_level`, then "info".
fn filter(config: &Config) -> EnvFilter {
    let level = config.log_level.as_deref().unwrap_or("info");
    // Device libraries log many expected failures as errors.
    let quiet = format!("{level},cryptoki=off,tss_esapi=off");
    EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(quiet))
}

/// The priority of a line in the journal (sd-daemon(3)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Priority {
    /// `<3>`
    Error,
    /// `<4>`
    Warning,
    /// `<6>`
    Info,
    /// `<7>`
    Debug,
}

impl Priority {
    fn of(level: Level) -> Self {
        match level {
            Level::ERROR => Self::Error,
            Level::WARN => Self::Warning,
            Level::INFO => Self::Info,
            Level::DEBUG | Level::TRACE => Self::Debug,
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Error => "<3>",
            Self::Warning => "<4>",
            Self::Info => "<6>",
            Self::Debug => "<7>",
        }
    }
}

/// Writes a line about the start of this program to standard error, before logging has started.
pub fn say(priority: Priority, text: &str) {
    let mut line = Line(is_journal().then_some(priority));
    // Without standard error there is nobody to tell.
    let _ = line.write_all(format!("parsec-service: {text}\n").as_bytes());
}

/// Returns whether standard error is connected to the journal (systemd.exec(5), `$JOURNAL_STREAM`).
fn is_journal() -> bool {
    static IS: OnceLock<bool> = OnceLock::new();
    *IS.get_or_init(|| {
        let stream = env::var("JOURNAL_STREAM").unwrap_or_default();
        let known = fstat(io::stderr());
        known.is_ok_and(|it| stream == format!("{}:{}", it.st_dev, it.st_ino))
    })
}

/// Standard error, whose lines have a priority if it is connected to the journal.
struct StandardError;

impl<'a> MakeWriter<'a> for StandardError {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line(None)
    }

    fn make_writer_for(&'a self, metadata: &Metadata<'_>) -> Line {
        Line(is_journal().then(|| Priority::of(*metadata.level())))
    }
}

/// Writes an event to standard error.
struct Line(Option<Priority>);

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0 {
            // In one call, so that lines of several threads do not mix.
            Some(priority) => io::stderr().write_all(&prefixed(bytes, priority.prefix()))?,
            None => io::stderr().write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Returns the bytes with the prefix before every line.
fn prefixed(bytes: &[u8], prefix: &str) -> Vec<u8> {
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .flat_map(|line| [prefix.as_bytes(), line])
        .flatten()
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_the_priority_of_its_level() {
        assert_eq!(prefixed(b"one\ntwo\n", "<3>"), b"<3>one\n<3>two\n");
        assert_eq!(Priority::of(Level::ERROR).prefix(), "<3>");
        assert_eq!(Priority::of(Level::WARN).prefix(), "<4>");
        assert_eq!(Priority::of(Level::INFO).prefix(), "<6>");
        assert_eq!(Priority::of(Level::TRACE).prefix(), "<7>");
    }
}
