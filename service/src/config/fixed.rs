//! Settings that cannot change while the service runs.

use super::resolved::Config;

macro_rules! fixed {
    ($($field:ident: $name:literal),* $(,)?) => {
        impl Config {
            /// Keeps the running configuration's values of settings that only a restart can change; returns
            /// the names of those that would have changed.
            pub(crate) fn keep_fixed_settings(&mut self, running: &Self) -> Vec<&'static str> {
                let mut changed = Vec::new();
                $(if self.$field != running.$field {
                    self.$field = running.$field.clone();
                    changed.push($name);
                })*
                changed
            }
        }
    };
}

fixed! {
    socket_path: "socket_path in [listener]",
    vsock_port: "vsock_port in [listener]",
    max_connections: "max_connections in [listener]",
    log_timestamp: "log_timestamp in [core_settings]",
    key_store: "path in [key_store]",
    master_key: "master_key_file or master_key_credential in [key_store]",
    seal_master_key: "seal_master_key, seal_pcrs or seal_pcr_bank in [key_store]",
    audit: "[audit]",
    metrics: "[metrics]",
    providers: "[[provider]]",
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"
[core_settings]
allow_root = true
[listener]
listener_type = "DomainSocket"
socket_path = "/run/a.sock"
[authenticator]
auth_type = "Direct"
[key_store]
path = "/var/lib/parsec/keys.sqlite3"
[[provider]]
provider_type = "MbedCrypto"
"#;

    #[test]
    fn keeps_fixed_settings_and_changes_all_others() {
        let running = Config::from_toml(CONFIG, "config.toml").unwrap();
        let changed = CONFIG
            .replace("/run/a.sock", "/run/b.sock")
            .replace(
                "allow_root = true",
                "allow_root = true\nlog_level = \"debug\"",
            )
            .replace("MbedCrypto\"", "MbedCrypto\"\nname = \"other\"");
        let mut new = Config::from_toml(&changed, "config.toml").unwrap();
        let fixed = new.keep_fixed_settings(&running);
        assert_eq!(fixed, ["socket_path in [listener]", "[[provider]]"]);
        assert_eq!(new.socket_path, running.socket_path);
        assert_eq!(new.providers, running.providers);
        assert_eq!(new.log_level.as_deref(), Some("debug"));
        // It is reported again at the next reload, because it still differs.
        let mut again = Config::from_toml(&changed, "config.toml").unwrap();
        assert_eq!(again.keep_fixed_settings(&new), fixed);
    }
}
