//! The published format, and errors in files.

mod devices;
mod key_managers;

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::default;
use super::environment::Environment;
use parsec_contracts::{AuthType, ProviderId};

use super::*;

/// Every setting of the published format that a software-only host can have.
const PUBLISHED: &str = r#"
[core_settings]
allow_root = true
thread_pool_size = 8
idle_listener_sleep_duration = 10
log_level = "warn"
log_timestamp = false
body_len_limit = 1048576
log_error_details = false
buffer_size_limit = 1048576
allow_deprecated = false

[listener]
listener_type = "DomainSocket"
timeout = 200
socket_path = "/tmp/parsec/parsec.sock"

[authenticator]
auth_type = "UnixPeerCredentials"
admins = [ { name = "1000" } ]

[[key_manager]]
name = "sqlite-manager"
manager_type = "SQLite"
sqlite_db_path = "/tmp/parsec/kim/sqlite-key-info-manager.sqlite3"

[[provider]]
provider_type = "MbedCrypto"
name = "mbed-crypto-provider"
key_info_manager = "sqlite-manager"
"#;

fn wrong(from: &str, to: &str) -> String {
    assert!(PUBLISHED.contains(from), "{from}");
    let text = PUBLISHED.replace(from, to);
    Config::from_toml(&text, "config.toml")
        .unwrap_err()
        .to_string()
}

#[test]
fn reads_the_published_format() {
    let config = Config::from_toml(PUBLISHED, "config.toml").unwrap();
    assert_eq!(config.socket_path, Path::new("/tmp/parsec/parsec.sock"));
    assert_eq!(config.read_timeout, Duration::from_millis(200));
    assert_eq!(config.log_level.as_deref(), Some("warn"));
    assert_eq!(
        config.authenticators[0].auth_type,
        AuthType::UnixPeerCredentials
    );
    assert_eq!(config.authenticators[0].admins, ["1000"]);
    assert_eq!(config.providers[0].name, "mbed-crypto-provider");
    assert_eq!(
        config.key_store,
        Path::new("/tmp/parsec/kim/parsec-keys.sqlite3")
    );
    assert_eq!(
        config.master_key,
        MasterKey::File("/tmp/parsec/kim/parsec-master.key".into())
    );
}

#[test]
fn warns_about_ignored_settings() {
    let config = Config::from_toml(PUBLISHED, "config.toml").unwrap();
    for key in ["thread_pool_size", "idle_listener_sleep_duration"] {
        assert!(
            config.warnings.iter().any(|warning| warning.contains(key)),
            "{key}"
        );
    }
}

#[test]
fn an_unknown_setting_error_names_the_line_and_the_nearest_setting() {
    assert_eq!(
        wrong("socket_path =", "socket_pth ="),
        "config.toml:16: there is no setting `socket_pth` here; did you mean `socket_path`?"
    );
    assert_eq!(
        wrong("[core_settings]", "[core_setting]"),
        "config.toml:2: there is no setting `core_setting` here; did you mean `core_settings`?"
    );
    assert!(wrong("{ name = \"1000\" }", "{ nam = \"1000\" }").contains("did you mean `name`"));
    assert!(wrong("manager_type", "manager_typ").contains("did you mean `manager_type`"));
    assert!(wrong("provider_type", "provider_tipe").contains("did you mean `provider_type`"));
}

#[test]
fn wrong_values_name_their_line() {
    assert!(wrong("timeout = 200", "timeout = \"soon\"").starts_with("config.toml:15: "));
    assert!(wrong("\"DomainSocket\"", "\"Tcp\"").contains("\"DomainSocket\""));
    assert!(wrong("\"UnixPeerCredentials\"", "\"Nobody\"").starts_with("config.toml:19: "));
    assert!(wrong("\"MbedCrypto\"", "\"Pkcs11\"").contains("a token needs a `library_path`"));
    assert!(wrong("\"MbedCrypto\"", "\"Tpm\"").contains("a TPM needs a `tcti`"));
    assert!(wrong("\"MbedCrypto\"", "\"CryptoAuthLib\"").contains("no [[provider]] that"));
    assert!(wrong("\"SQLite\"", "\"Redis\"").contains("\"SQLite\" and \"OnDisk\""));
}

#[test]
fn omits_unsupported_published_providers_with_a_warning() {
    for left_out in ["TrustedService", "CryptoAuthLib"] {
        let text = format!(
            "{PUBLISHED}\n[[provider]]\nprovider_type = \"{left_out}\"\n\
             key_info_manager = \"sqlite-manager\"\n"
        );
        let config = Config::from_toml(&text, "config.toml").unwrap();
        let plain = Config::from_toml(PUBLISHED, "config.toml").unwrap();
        assert_eq!(config.providers.len(), plain.providers.len(), "{left_out}");
        let warning = config
            .warnings
            .iter()
            .find(|warning| warning.contains(left_out));
        assert!(
            warning.is_some_and(|text| text.contains("left out")),
            "{:?}",
            config.warnings
        );
    }
}

#[test]
fn refuses_an_unknown_key_manager() {
    let text = PUBLISHED.replace(
        "key_info_manager = \"sqlite-manager\"",
        "key_info_manager = \"another\"",
    );
    let error = Config::from_toml(&text, "config.toml")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("no [[key_manager]] called \"another\""),
        "{error}"
    );
}

#[test]
fn the_embedded_default_follows_the_environment() {
    let user = Environment {
        xdg_runtime_dir: Some("/run/user/1000".into()),
        home: Some("/home/ann".into()),
        ..Environment::default()
    };
    let config = default::resolve(&user).unwrap();
    assert_eq!(
        config.socket_path,
        Path::new("/run/user/1000/parsec/parsec.sock")
    );
    assert_eq!(
        config.key_store,
        Path::new("/home/ann/.local/share/parsec/keys.sqlite3")
    );
    let root = Environment {
        is_root: true,
        ..Environment::default()
    };
    let config = default::resolve(&root).unwrap();
    assert_eq!(config.socket_path, Path::new("/run/parsec/parsec.sock"));
    assert_eq!(
        config.master_key,
        MasterKey::File("/var/lib/parsec/master.key".into())
    );
    let unit = Environment {
        state_directory: Some("/var/lib/unit".into()),
        runtime_directory: Some("/run/unit".into()),
        ..root
    };
    let config = default::resolve(&unit).unwrap();
    assert_eq!(config.socket_path, Path::new("/run/unit/parsec.sock"));
    assert_eq!(config.key_store, Path::new("/var/lib/unit/keys.sqlite3"));
    let lost = default::resolve(&Environment::default())
        .unwrap_err()
        .to_string();
    assert!(lost.contains("XDG_DATA_HOME"), "{lost}");
}

/// Reads a configuration in another environment.
fn read_in(text: &str, environment: &Environment) -> Result<Config, ConfigError> {
    resolve::resolve(text, "config.toml", None, environment)
}

#[test]
fn lists_the_settings_if_none_is_similar() {
    let output = wrong("timeout = 200", "colour = \"red\"");
    assert!(
        output.contains("there are `listener_type`, `timeout`"),
        "{output}"
    );
}

#[test]
fn suggests_no_word_if_none_is_similar() {
    let deny = |word: &str| {
        let rule = format!("[[policy.deny]]\nalgorithms = [{word:?}]\n[core_settings]");
        wrong("[core_settings]", &rule)
    };
    assert!(deny("ecdas").ends_with("there is no \"ecdas\" here; did you mean \"ecdsa\"?"));
    assert!(deny("zzz").ends_with("there is no \"zzz\" here"));
}

#[test]
fn every_table_refuses_unknown_settings() {
    for (table, known) in [
        ("[core_settings]", "allow_rooot = true"),
        ("[listener]", "socket_paths = \"/x\""),
        ("[authenticator]", "auth_typ = \"Direct\""),
        ("[[key_manager]]", "store_pat = \"/x\""),
        ("[[provider]]", "tci = \"device\""),
    ] {
        let output = wrong(table, &format!("{table}\n{known}"));
        assert!(output.contains("did you mean"), "{output}");
    }
    for lines in [
        "[limits.each]\nkey = 1",
        "[limits.totl]\nkeys = 1",
        "[[policy.deny]]\nusag = []",
        "[[same_client]]\nidentitys = []",
    ] {
        let output = wrong("[core_settings]", &format!("{lines}\n[core_settings]"));
        assert!(output.contains("did you mean"), "{output}");
    }
    let output = wrong(
        "[core_settings]",
        "[key_store]\npth = \"/x\"\n[core_settings]",
    );
    assert!(
        output.contains("config.toml:3") && output.contains("`path`"),
        "{output}"
    );
}

#[test]
fn refuses_invalid_times_and_levels() {
    assert!(wrong("timeout = 200", "timeout = 0").contains("milliseconds"));
    assert!(wrong("timeout = 200", "idle_timeout = 0").contains("milliseconds"));
    assert!(wrong("timeout = 200", "close_after = 0").contains("milliseconds"));
    assert!(wrong("timeout = 200", "max_connections = 0").contains("from 1"));
    assert!(wrong("\"warn\"", "\"loud\"").contains("\"debug\""));
}

#[test]
fn root_needs_permission() {
    let root = Environment {
        is_root: true,
        ..Environment::default()
    };
    let text = PUBLISHED.replace("allow_root = true", "allow_root = false");
    let refused = read_in(&text, &root).unwrap_err().to_string();
    assert!(refused.contains("`allow_root = true`"), "{refused}");
    assert!(read_in(&text, &Environment::default()).is_ok());
    assert!(read_in(PUBLISHED, &root).is_ok());
}

#[test]
fn default_paths_are_the_units_or_the_published_ones() {
    let unit = Environment {
        state_directory: Some("/var/lib/unit".into()),
        runtime_directory: Some("/run/unit".into()),
        ..Environment::default()
    };
    let open = PUBLISHED.replace("socket_path = \"/tmp/parsec/parsec.sock\"", "");
    let socket = |environment| read_in(&open, environment).unwrap().socket_path;
    assert_eq!(socket(&unit), Path::new("/run/unit/parsec.sock"));
    let elsewhere = Environment::default();
    assert_eq!(socket(&elsewhere), Path::new("/run/parsec/parsec.sock"));

    let ours = open
        .replace("[[key_manager]]", "[key_store]\n#")
        .replace("name = \"sqlite-manager\"", "")
        .replace("manager_type = \"SQLite\"", "")
        .replace("sqlite_db_path", "#")
        .replace("key_info_manager = \"sqlite-manager\"", "");
    let config = read_in(&ours, &unit).unwrap();
    assert_eq!(config.key_store, Path::new("/var/lib/unit/keys.sqlite3"));
    assert_eq!(
        config.master_key,
        MasterKey::File("/var/lib/unit/master.key".into())
    );
}

/// Limits, mapped clients and a policy.
const TENANTS: &str = r#"
[key_store]
published_keys = "ignore"

[[same_client]]
identities = [
    { authenticator = "UnixPeerCredentials", name = "33" },
    { authenticator = "UnixPeerCredentials", name = "34" },
]

[limits.each]
connections = 1
requests_in_flight = 2
requests_per_second = 3
keys = 4
request_bytes = 5
streams = 6
stream_bytes = 7
buffered_bytes = 8

[limits.total]
keys = 8

[[limits.exception]]
client = "33"
limits = { keys = 9 }

[[policy.allow]]
authenticator = "UnixPeerCredentials"
clients = ["33"]
operations = ["signing"]
providers = ["software"]
key_types = ["ecc-key-pair"]

[[policy.deny]]
usage = ["export"]
algorithms = ["ecdsa/sha-1"]
weaker_than = 128
reason = "a \"reason\""
"#;

#[test]
fn check_prints_an_equivalent_configuration() {
    let root = Environment {
        is_root: true,
        ..Environment::default()
    };
    let odd = PUBLISHED
        .replace("1000", "a \\\"name\\\" with \\u001f")
        .replace("UnixPeerCredentials", "Direct");
    let whole = format!("{PUBLISHED}\n{TENANTS}");
    for config in [
        read_in(PUBLISHED, &root).unwrap(),
        read_in(&odd, &root).unwrap(),
        read_in(&whole, &root).unwrap(),
        default::resolve(&root).unwrap(),
    ] {
        let printed = config.to_string();
        let again = read_in(&printed, &root).unwrap_or_else(|error| panic!("{error}\n{printed}"));
        let expected = Config {
            source: "config.toml".to_owned(),
            warnings: Vec::new(),
            ..config
        };
        assert_eq!(again, expected);
    }
}

#[test]
fn the_operating_pages_document_every_setting() {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/src");
    let page = |name: &str| fs::read_to_string(book.join(name)).unwrap();
    let mut pages = ["operating.md", "identity.md", "limits.md", "policy.md"]
        .map(page)
        .concat();
    for entry in fs::read_dir(book.join("operating")).unwrap() {
        pages += &fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    let map = "user_namespaces = true\n[[authenticator.map]]\napplication = \"web\"\n";
    let map = [
        "user = \"0\"",
        "group = \"0\"",
        "unit = \"a.service\"",
        "cgroup = \"/a\"",
    ]
    .map(|subject| PUBLISHED.replace("admins =", &format!("admins = []\n{map}{subject}\n#")));
    let whole = format!(
        "{PUBLISHED}\n{TENANTS}\n[audit]\nto = \"file\"\n[metrics]\nlisten = \"127.0.0.1:9100\"\n"
    );
    let mut settings = 0;
    for text in map.iter().chain([&whole]) {
        let printed = Config::from_toml(text, "config.toml").unwrap().to_string();
        for line in printed.lines() {
            let Some((name, _)) = line.split_once(" = ") else {
                continue;
            };
            assert!(
                pages.contains(&format!("`{name}`"))
                    || pages.contains(&format!(" {name} = "))
                    || pages.contains(&format!("\n{name} = ")),
                "no page says what `{name}` means"
            );
            settings += 1;
        }
    }
    assert!(settings > 100, "{settings}");
}

#[test]
fn uses_the_hosts_file_if_it_exists() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    fs::write(&file, PUBLISHED).unwrap();
    let config = Config::of_host_with(&file).unwrap();
    assert_eq!(config.source, file.display().to_string());
    fs::write(&file, "nonsense").unwrap();
    assert!(Config::of_host_with(&file).is_err());
}

#[test]
fn warns_about_administrators_that_no_user_can_be() {
    for (name, warned) in [
        ("1000", false),
        ("0", false),
        ("root", true),
        ("01000", true),
        ("+1", true),
        ("4294967296", true),
    ] {
        let text = PUBLISHED.replace("\"1000\"", &format!("\"{name}\""));
        let config = Config::from_toml(&text, "config.toml").unwrap();
        let output = config
            .warnings
            .iter()
            .any(|output| output.contains("no caller is ever"));
        assert_eq!(output, warned, "{name}");
        let direct = text.replace("\"UnixPeerCredentials\"", "\"Direct\"");
        let config = Config::from_toml(&direct, "config.toml").unwrap();
        assert!(
            !config
                .warnings
                .iter()
                .any(|output| output.contains("no caller is ever"))
        );
    }
}

#[test]
fn refuses_settings_for_mapped_clients() {
    let root = Environment {
        is_root: true,
        ..Environment::default()
    };
    let output = |lines: &str| {
        let text = format!("{PUBLISHED}\n{TENANTS}\n{lines}");
        read_in(&text, &root).unwrap_err().to_string()
    };
    for lines in [
        "[[policy.deny]]\nclients = [\"34\"]",
        "[[policy.deny]]\nauthenticator = \"UnixPeerCredentials\"\nclients = [\"34\"]",
        "[[limits.exception]]\nclient = \"34\"\nlimits = { keys = 1 }",
    ] {
        let output = output(lines);
        assert!(output.contains("counts as \"33\""), "{output}");
    }
    let twice = output(
        "[[same_client]]\nidentities = [\n\
         { authenticator = \"UnixPeerCredentials\", name = \"35\" },\n\
         { authenticator = \"UnixPeerCredentials\", name = \"34\" },\n]",
    );
    assert!(
        twice.contains("\"34\" is in [[same_client]] twice"),
        "{twice}"
    );
    let admin = format!("{PUBLISHED}\n{TENANTS}").replace("\"1000\"", "\"34\"");
    let output = read_in(&admin, &root).unwrap_err().to_string();
    assert!(output.contains("`admins` names"), "{output}");
}
