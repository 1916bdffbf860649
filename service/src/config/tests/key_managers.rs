//! Settings of the published key managers.

use super::*;

/// A second key manager, before the one that the provider uses.
fn two_managers(first: &str) -> String {
    PUBLISHED.replace(
        "[[key_manager]]",
        &format!(
            "[[key_manager]]\nname = \"{first}\"\nmanager_type = \"OnDisk\"\n\
             store_path = \"/srv/mappings\"\nsqlite_db_path = \"/srv/x.sqlite3\"\n[[key_manager]]"
        ),
    )
}

#[test]
fn the_providers_key_manager_determines_the_store() {
    let root = Environment {
        is_root: true,
        ..Environment::default()
    };
    let text = two_managers("on-disk-manager");
    let config = read_in(&text, &root).unwrap();
    assert_eq!(
        config.key_store,
        Path::new("/tmp/parsec/kim/parsec-keys.sqlite3")
    );
    let idle = "`sqlite_db_path` of the [[key_manager]] \"on-disk-manager\"";
    assert!(config.warnings.iter().any(|output| output.contains(idle)));
    let other = text.replace(
        "key_info_manager = \"sqlite-manager\"",
        "key_info_manager = \"on-disk-manager\"",
    );
    let config = read_in(&other, &root).unwrap();
    assert_eq!(
        config.key_store,
        Path::new("/srv/mappings/parsec-keys.sqlite3")
    );
}

#[test]
fn checks_every_key_manager() {
    let twice = Config::from_toml(&two_managers("sqlite-manager"), "config.toml");
    let twice = twice.unwrap_err().to_string();
    assert!(
        twice.contains("already a [[key_manager]] named \"sqlite-manager\""),
        "{twice}"
    );
    let text = two_managers("spare").replace("\"OnDisk\"", "\"InTheCloud\"");
    let unknown = Config::from_toml(&text, "config.toml").unwrap_err();
    assert!(
        unknown
            .to_string()
            .starts_with("config.toml:24: there is no manager_type"),
        "{unknown}"
    );
}

#[test]
fn accepts_store_path_for_sqlite_with_a_warning() {
    let text = PUBLISHED.replace("sqlite_db_path", "store_path");
    let config = Config::from_toml(&text, "config.toml").unwrap();
    assert_eq!(
        config.key_store,
        Path::new("/tmp/parsec/kim/parsec-keys.sqlite3")
    );
    let output = |part| config.warnings.iter().any(|output| output.contains(part));
    assert!(output("`sqlite_db_path`, not `store_path`"));
}
