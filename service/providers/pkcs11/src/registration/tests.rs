//! A token's section of the configuration.

use std::path::Path;
use std::{env, fs};

use parsec_contracts::Secret;
use parsec_provider::registration::{Place, SettingValue};

use super::*;

type Setting<'a> = (&'a str, SettingValue);

fn text<'a>(key: &'a str, text: &str) -> Setting<'a> {
    (key, SettingValue::Text(text.to_owned().into()))
}

/// The section with a library in line 2 and these settings in the lines below.
fn token(settings: Vec<Setting<'_>>) -> Result<ConfiguredToken, String> {
    let place = Place {
        file: "config.toml".to_owned(),
        line: 1,
    };
    let mut section = Section::new(place, Some(Path::new("/etc/parsec")));
    let library = [text("library_path", "p11.so")];
    for (index, (key, value)) in library.into_iter().chain(settings).enumerate() {
        section.insert(key, index + 2, value);
    }
    ConfiguredToken::read(&section).map_err(|error| error.to_string())
}

fn pin(settings: Vec<Setting<'_>>) -> Result<Secret, String> {
    let pin = token(settings)?.pin.ok_or("no PIN")?;
    pin::read(&pin).map_err(|error| error.to_string())
}

#[test]
fn a_token_is_chosen_by_serial_label_or_slot() {
    let slot = || ("slot_number", SettingValue::Integer(4));
    let chosen = |settings| token(settings).unwrap().token;
    assert_eq!(chosen(vec![]), TokenChoice::Only);
    assert_eq!(chosen(vec![slot()]), TokenChoice::Slot(4));
    assert_eq!(
        chosen(vec![text("token_label", "a")]),
        TokenChoice::Label("a".into())
    );
    // The published service takes both, and the serial number decides.
    assert_eq!(
        chosen(vec![text("serial_number", "77"), slot()]),
        TokenChoice::Serial("77".into())
    );
    let both = token(vec![text("token_label", "a"), slot()]).unwrap_err();
    assert!(both.starts_with("config.toml:3: "), "{both}");
    assert!(both.contains("remove one of them"), "{both}");
}

#[test]
fn the_pin_is_in_one_place_and_is_never_printed() {
    assert_eq!(token(vec![]).unwrap().pin, None);
    assert_eq!(
        pin(vec![text("user_pin", "73519")]).unwrap().expose(),
        b"73519"
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pin");
    fs::write(&file, "73519\r\nand more\n").unwrap();
    let from_file = pin(vec![text("user_pin_file", file.to_str().unwrap())]);
    assert_eq!(from_file.unwrap().expose(), b"73519");
    // A variable that every test process has.
    let from_variable = pin(vec![text("user_pin_env", "PATH")]);
    let path = env::var("PATH").unwrap();
    assert_eq!(from_variable.unwrap().expose(), path.as_bytes());
    for (settings, output) in [
        (
            vec![text("user_pin_credential", "../pin")],
            "contain folders",
        ),
        (vec![text("user_pin_credential", "..")], "contain folders"),
        (
            vec![("user_pin", SettingValue::Integer(73519))],
            "quotation marks",
        ),
        (
            vec![text("user_pin", "73519"), text("user_pin_env", "PATH")],
            "config.toml:4: the PIN is given twice",
        ),
    ] {
        let error = token(settings).unwrap_err();
        assert!(error.contains(output), "{output}: {error}");
        assert!(!error.contains("73519"), "{error}");
    }
    let given = token(vec![text("user_pin", "73519")]).unwrap();
    assert!(given.printed().contains(&("user_pin", Printed::Hidden)));
    assert!(!format!("{given:?}{:?}", given.printed()).contains("73519"));
}

#[test]
fn a_pin_that_cannot_be_read_is_an_error_only_when_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("pin");
    fs::write(&empty, "\n73519").unwrap();
    for (key, value, output) in [
        ("user_pin_file", empty.to_str().unwrap(), "is empty; write"),
        ("user_pin_file", "/nowhere", "/nowhere: No such file"),
        (
            "user_pin_env",
            "PARSEC_NO_SUCH_VARIABLE",
            "\"PARSEC_NO_SUCH_VARIABLE\" is not set; set it",
        ),
        (
            "user_pin_credential",
            "pin",
            "add `LoadCredential=pin:FILE` to the unit",
        ),
    ] {
        assert!(token(vec![text(key, value)]).unwrap().pin.is_some());
        let error = pin(vec![text(key, value)]).unwrap_err();
        assert!(
            error.starts_with(&format!("config.toml:3: `{key}`: ")),
            "{error}"
        );
        assert!(error.contains(output), "{error}");
        assert!(!error.contains("73519"), "{error}");
    }
}

#[test]
fn the_file_of_a_pin_is_beside_the_configuration_and_the_library_is_not() {
    let token = token(vec![text("user_pin_file", "pin")]).unwrap();
    let pin = token.pin.unwrap().value;
    assert_eq!(pin, PinSource::File("/etc/parsec/pin".into()));
    assert_eq!(token.library, Path::new("p11.so"));
}

#[test]
fn only_a_credential_can_be_out_of_reach() {
    let reach = |key, value| token(vec![text(key, value)]).unwrap().out_of_reach();
    assert_eq!(reach("user_pin_file", "/nowhere"), None);
    let why = reach("user_pin_credential", "pin").unwrap();
    assert!(
        why.starts_with("its PIN is the credential \"pin\""),
        "{why}"
    );
}
