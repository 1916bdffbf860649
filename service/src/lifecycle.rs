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
use crate::reload::Reloading;
use crate::scraping;
use crate::server::Server;

/// How often idle streams and keys whose time has come are looked for. Such keys cannot be used
/// from the second on that they name; this is when they leave the disk.
const CLEAN_UP_INTERVAL: Duration = Duration::from_secs(10);

/// How long connections may take to end that are cut off.
const CUT_OFF: Duration = Duration::from_secs(1);

/// Runs the service until it is told to stop. `read` reads the configuration, now and at each
/// SIGHUP.
///
/// # Errors
///
/// Why it does not start; once it runs, what fails is logged.
pub fn run(read: &dyn Fn() -> Result<Config, ConfigError>) -> Result<(), ServiceError> {
    let config = read()?;
    let log = Log::start(&config);
    process::allow_files(config.max_connections);
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(serve(config, read, &log));
    // A device that does not answer must not keep the process from ending.
    runtime.shutdown_background();
    ended
}

async fn serve(
    config: Config,
    read: &dyn Fn() -> Result<Config, ConfigError>,
    log: &Log,
) -> Result<(), ServiceError> {
    // First of all, for a signal that nobody waits for kills the process.
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
    tell_systemd(&[NotifyState::Ready]);
    let mut reloading = Reloading {
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
            // Nobody can tell when there will be room for it.
            () = signals.stop() => break,
        }
    }
    tell_systemd(&[NotifyState::Stopping]);
    tracing::info!("stopping: running requests are finished first");
    drop(socket);
    // The listeners hold the other end for as long as they run.
    let _ = stop.send(true);
    drain(listening, &mut signals).await;
    // Requests that were cut off are written down as such first.
    if timeout(CUT_OFF, stop.closed()).await.is_err() {
        tracing::warn!("connections do not end");
    }
    cleanup_task.abort();
    server.close().await;
    if let Some(metrics_task) = metrics_task {
        metrics_task.abort();
        // With it goes its socket.
        let _ = metrics_task.await;
    }
    audit.stop().await;
    Ok(())
}

/// Reloads, and tells those who ask of it; the event is for the caller to hand over.
fn reload(reloading: &mut Reloading<'_>, server: &Server) -> Event {
    let now = NotifyState::monotonic_usec_now().ok();
    let begun: Vec<_> = [NotifyState::Reloading].into_iter().chain(now).collect();
    tell_systemd(&begun);
    let (result, came_of_it, event) = match reloading.reload() {
        Ok(done) => {
            let event = Event::because(EventKind::ConfigReloaded, done.clone());
            ("reloaded", done, event)
        }
        Err(why) => (
            "refused",
            format!("the new configuration is wrong, the old one holds on: {why}"),
            Event::because(EventKind::ConfigRefused, why),
        ),
    };
    server.metrics().reloaded(result);
    tell_systemd(&[NotifyState::Ready, NotifyState::Status(&came_of_it)]);
    event
}

/// Waits until the running requests are finished; whoever asks a second time does not want that.
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
        () = signals.stop() => tracing::warn!("told to stop again: not waiting any longer"),
    }
}

/// What a signal asks for.
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

    /// The next signal to stop; one to reload waits.
    async fn stop(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Forgets, once in a while, what nobody comes back for.
async fn clean_up(server: Arc<Server>) {
    let mut ticks = tokio::time::interval(CLEAN_UP_INTERVAL);
    loop {
        ticks.tick().await;
        // A device that does not answer must not keep what is others' from being looked after.
        let _ = timeout(CLEAN_UP_INTERVAL, server.clean_up()).await;
    }
}

fn tell_systemd(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "systemd was not told");
    }
}
