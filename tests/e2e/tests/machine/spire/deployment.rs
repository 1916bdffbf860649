//! A SPIRE server and agent in a temporary folder.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use parsec_harness::eventually;
use serde_json::Value;
use tempfile::TempDir;

const SERVER: &str = r#"
server {
    bind_address = "127.0.0.1"
    bind_port = "{port}"
    socket_path = "{dir}/server.sock"
    trust_domain = "{domain}"
    data_dir = "{dir}/server"
    log_level = "WARN"
    jwt_key_type = "ec-p256"
    default_jwt_svid_ttl = "5m"
}
plugins {
    DataStore "sql" {
        plugin_data {
            database_type = "sqlite3"
            connection_string = "{dir}/server/datastore.sqlite3"
        }
    }
    KeyManager "memory" { plugin_data {} }
    NodeAttestor "join_token" { plugin_data {} }
}
"#;

const AGENT: &str = r#"
agent {
    server_address = "127.0.0.1"
    server_port = "{port}"
    socket_path = "{dir}/agent.sock"
    trust_domain = "{domain}"
    trust_bundle_path = "{dir}/bundle.pem"
    data_dir = "{dir}/agent"
    join_token = "{token}"
    log_level = "WARN"
}
plugins {
    KeyManager "memory" { plugin_data {} }
    NodeAttestor "join_token" { plugin_data {} }
    WorkloadAttestor "unix" { plugin_data {} }
}
"#;

/// The running processes; dropping it stops them.
pub(crate) struct Deployment {
    programs: PathBuf,
    domain: String,
    folder: TempDir,
    // The agent is stopped first, because it needs its server.
    children: Vec<Child>,
}

impl Drop for Deployment {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Deployment {
    pub(crate) fn start(programs: &Path, domain: &str) -> Self {
        let mut spire = Self {
            programs: programs.to_owned(),
            domain: domain.to_owned(),
            folder: TempDir::new().unwrap(),
            children: Vec::new(),
        };
        for name in ["server", "agent"] {
            fs::create_dir(spire.path().join(name)).unwrap();
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        drop(listener);
        spire.run("spire-server", "server", SERVER, &port, "");
        spire.until_healthy("spire-server", "server.sock");
        let bundle = spire.server(&["bundle", "show"]);
        fs::write(spire.path().join("bundle.pem"), bundle).unwrap();
        let agent = format!("spiffe://{domain}/agent");
        let text = spire.server(&["token", "generate", "-spiffeID", &agent]);
        let token = text.split_once("Token: ").unwrap().1.trim().to_owned();
        spire.run("spire-agent", "agent", AGENT, &port, &token);
        spire.until_healthy("spire-agent", "agent.sock");
        spire
    }

    fn command(&self, program: &str) -> Command {
        Command::new(self.programs.join(program))
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Address of the Workload API.
    pub(crate) fn workload_api(&self) -> PathBuf {
        self.path().join("agent.sock")
    }

    fn run(&mut self, program: &str, name: &str, config: &str, port: &str, token: &str) {
        let dir = self.path().display().to_string();
        let config = config
            .replace("{dir}", &dir)
            .replace("{port}", port)
            .replace("{domain}", &self.domain)
            .replace("{token}", token);
        let file = self.path().join(format!("{name}.conf"));
        fs::write(&file, config).unwrap();
        let log = fs::File::create(self.path().join(format!("{name}.log"))).unwrap();
        let child = self
            .command(program)
            .args(["run", "-config"])
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.children.push(child);
    }

    fn until_healthy(&self, program: &str, socket: &str) {
        eventually(format!("{program} is healthy"), || {
            let mut check = self.command(program);
            check
                .args(["healthcheck", "-socketPath"])
                .arg(self.path().join(socket));
            check.output().unwrap().status.success()
        });
    }

    fn server(&self, arguments: &[&str]) -> String {
        let mut ask = self.command("spire-server");
        ask.args(arguments)
            .arg("-socketPath")
            .arg(self.path().join("server.sock"));
        output(&mut ask)
    }

    /// Registers an identity for processes of this user; the agent learns of it later.
    pub(crate) fn register(&self, name: &str) {
        let id = self.id(name);
        let parent = self.id("agent");
        let user = format!("unix:uid:{}", rustix::process::getuid().as_raw());
        let entry = ["-parentID", &parent, "-spiffeID", &id, "-selector", &user];
        self.server(&[&["entry", "create"][..], &entry].concat());
    }

    fn id(&self, name: &str) -> String {
        format!("spiffe://{}/{name}", self.domain)
    }

    /// Fetches a token for an audience, like a workload.
    pub(crate) fn token(&self, name: &str, audience: &str) -> String {
        // The agent receives new entries some seconds later.
        eventually(format!("a token for {name}"), || {
            let mut ask = self.command("spire-agent");
            ask.args(["api", "fetch", "jwt", "-audience", audience])
                .args([
                    "-spiffeID",
                    &self.id(name),
                    "-output",
                    "json",
                    "-socketPath",
                ])
                .arg(self.workload_api());
            token_in(&ask.output().unwrap().stdout)
        })
    }

    /// Rotates the signing key; returns the name of the old one.
    pub(crate) fn replace_key(&self) -> String {
        let shown = self.authorities(&["show"]);
        let old = authority(&shown, "active");
        let prepared = self.authorities(&["prepare"]);
        let new = authority(&prepared, "prepared_authority");
        self.authorities(&["activate", "-authorityID", &new]);
        old
    }

    /// Revokes a key that no longer signs.
    pub(crate) fn revoke_key(&self, name: &str) {
        self.authorities(&["taint", "-authorityID", name]);
        self.authorities(&["revoke", "-authorityID", name]);
    }

    fn authorities(&self, arguments: &[&str]) -> Value {
        let words = [
            &["localauthority", "jwt"][..],
            arguments,
            &["-output", "json"],
        ];
        serde_json::from_str(&self.server(&words.concat())).unwrap()
    }
}

fn authority(text: &Value, which: &str) -> String {
    text[which]["authority_id"]
        .as_str()
        .unwrap_or_else(|| panic!("{text}"))
        .to_owned()
}

/// Returns the ID of the key that signed a token.
pub(crate) fn header(token: &str) -> &str {
    token.split_once('.').unwrap().0
}

fn token_in(text: &[u8]) -> Option<String> {
    let text: Value = serde_json::from_slice(text).ok()?;
    Some(text[0]["svids"][0]["svid"].as_str()?.to_owned())
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let why = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {text}{why}");
    text
}
