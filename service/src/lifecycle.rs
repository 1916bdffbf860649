//! Starting, running until a signal, and stopping.

use std::sync::Arc;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::admission::Admission;
use crate::audit::{Audit, Event, EventKind};
use crate::config::{Config, ConfigError};
use crate::error::ServiceError;
use crate::listener;
use crate::logging::Log;
use crate::process;
use crate::reload::Reloader;
use crate::scraping;
use crate::server::Server;

/// Interval for dropping idle streams and deleting expired keys. Keys cannot be used from the second of
/// their expiry on; this is when they are removed from disk.
const CLEAN_UP_INTERVAL: Duration = Duration::from_secs(10);

/// How long to wait for connections to close after they are cut off.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Runs the service until a signal stops it. `read` reads the configuration, at the start and at each
/// SIGHUP.
///
/// # Errors
///
/// Why the service cannot start; later errors are logged.
pub fn run(read: &dyn Fn() -> Result<Config, ConfigError>) -> Result<(), ServiceError> {
    run_with(read, || {})
}

/// As [`run`]; calls `ready` once the service accepts connections.
pub(crate) fn run_with(
    read: &dyn Fn() -> Result<Config, ConfigError>,
    ready: impl FnOnce(),
) -> Result<(), ServiceError> {
    let config = read()?;
    let log = Log::start(&config);
    process::allow_files(config.max_connections);
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(serve(config, read, &log, ready));
    // A device that does not respond must not keep the process from ending.
    runtime.shutdown_background();
    ended
}

async fn serve(
    config: Config,
    read: &dyn Fn() -> Result<Config, ConfigError>,
    log: &Log,
    ready: impl FnOnce(),
) -> Result<(), ServiceError> {
    // Before anything else, because a signal without a handler kills the process.
    let mut signals = Signals::new()?;
    let audit = Audit::start(config.audit.as_ref())?;
    let server = Arc::new(Server::start(&config, audit.clone())?);
    let (listener, socket) = listener::bind(&config.socket_path)?;
    let metrics = match &config.metrics {
        Some(metrics) => Some(scraping::bind(metrics).await?.run(Arc::clone(&server))),
        None => None,
    };
    let metrics_task = metrics.map(tokio::spawn);
    let (stop, stopped) = watch::channel(false);
    let cleanup_task = tokio::spawn(clean_up(Arc::clone(&server)));
    let admission = Admission::new(config.max_connections);
    let mut listening = JoinSet::new();
    listening.spawn(listener::run(
        listener,
        Arc::clone(&server),
        Arc::clone(&admission),
        stopped.clone(),
    ));
    if let Some(port) = config.vsock_port {
        let vsock = listener::bind_vsock(port)?;
        listening.spawn(listener::run(
            vsock,
            Arc::clone(&server),
            admission,
            stopped.clone(),
        ));
    }
    drop(stopped);
    let providers: Vec<&str> = config.providers.iter().map(|one| one.id.name()).collect();
    tracing::info!(
        socket = %socket.path().display(),
        providers = providers.join(", "),
        key_store = %config.key_store.display(),
        configuration = config.source,
        "ready"
    );
    notify_systemd(&[NotifyState::Ready]);
    ready();
    let mut reloading = Reloader {
        running: config,
        read,
        settings: server.settings(),
        clients: server.clients(),
        log,
    };
    while signals.next().await == SignalAction::Reload {
        let event = reload(&mut reloading, &server);
        tokio::select! {
            () = audit.submit(event) => {}
            // It is unknown when the queue will have room for it.
            () = signals.stop() => break,
        }
    }
    notify_systemd(&[NotifyState::Stopping]);
    tracing::info!("stopping after the running requests");
    drop(socket);
    // The listeners hold the receivers for as long as they run.
    let _ = stop.send(true);
    drain(listening, &mut signals).await;
    // Requests that were cut off are recorded as such first.
    if timeout(CLOSE_TIMEOUT, stop.closed()).await.is_err() {
        tracing::warn!("connections were not closed in time");
    }
    cleanup_task.abort();
    server.close().await;
    if let Some(metrics_task) = metrics_task {
        metrics_task.abort();
        // Its socket is closed with it.
        let _ = metrics_task.await;
    }
    audit.stop().await;
    Ok(())
}

/// Reloads the configuration, and reports the result to systemd, the log and the metrics; the caller
/// submits the event.
fn reload(reloading: &mut Reloader<'_>, server: &Server) -> Event {
    let now = NotifyState::monotonic_usec_now().ok();
    let begun: Vec<_> = [NotifyState::Reloading].into_iter().chain(now).collect();
    notify_systemd(&begun);
    let (result, came_of_it, event) = match reloading.reload() {
        Ok(done) => {
            let event = Event::because(EventKind::ConfigReloaded, done.clone());
            ("reloaded", done, event)
        }
        Err(why) => (
            "refused",
            format!("the new configuration is invalid, the old one stays in effect: {why}"),
            Event::because(EventKind::ConfigRefused, why),
        ),
    };
    server.metrics().reloaded(result);
    notify_systemd(&[NotifyState::Ready, NotifyState::Status(&came_of_it)]);
    event
}

/// Waits for the running requests, unless a second signal arrives.
async fn drain(mut listening: JoinSet<()>, signals: &mut Signals) {
    let drained = async {
        while let Some(ended) = listening.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a listener failed");
            }
        }
    };
    tokio::select! {
        () = drained => {}
        () = signals.stop() => tracing::warn!("stop signal received again: not waiting any longer"),
    }
}

/// The action that a signal requests.
#[derive(Debug, PartialEq, Eq)]
enum SignalAction {
    Reload,
    Stop,
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> SignalAction {
        tokio::select! {
            _ = self.terminate.recv() => SignalAction::Stop,
            _ = self.interrupt.recv() => SignalAction::Stop,
            _ = self.hang_up.recv() => SignalAction::Reload,
        }
    }

    /// Waits for the next signal to stop; a signal to reload stays pending.
    async fn stop(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Runs the maintenance of the server periodically.
async fn clean_up(server: Arc<Server>) {
    let mut ticks = tokio::time::interval(CLEAN_UP_INTERVAL);
    loop {
        ticks.tick().await;
        // A device that does not respond must not delay the maintenance of others.
        let _ = timeout(CLEAN_UP_INTERVAL, server.clean_up()).await;
    }
}

fn notify_systemd(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "systemd was not notified");
    }
}
