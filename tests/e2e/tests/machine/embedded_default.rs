//! Default paths of the service without a configuration file.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use parsec_harness::Service;

use crate::needs::{self, Outcome, trials};

trials!(the_embedded_default_uses_systemds_folders);

fn the_embedded_default_uses_systemds_folders() -> Outcome {
    needs::that(
        !Path::new("/etc/parsec/config.toml").exists(),
        "this host has a configuration, /etc/parsec/config.toml",
    )?;
    let mut service = Service::builder().prepare();
    let state = service.scratch().join("systemd/state");
    let run = service.scratch().join("systemd/run");
    let mut command = service.command();
    command
        .env("STATE_DIRECTORY", &state)
        .env("RUNTIME_DIRECTORY", &run);
    service.spawn(&mut command);
    service.wait_until_ready(&run.join("parsec.sock"));
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&state), 0o700);
    assert_eq!(mode(&run.join("parsec.sock")), 0o666);
    let mut files = 0;
    for entry in state.read_dir().unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        files += 1;
    }
    assert!(files >= 2, "a store and a master key");
    Ok(())
}
