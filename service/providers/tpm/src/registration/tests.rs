//! A TPM's section of the configuration, and its settings in the section of the key store.

use parsec_provider::registration::{Place, SettingValue};

use super::*;

fn section(settings: Vec<(&str, SettingValue)>) -> Section {
    let place = Place {
        file: "config.toml".to_owned(),
        line: 1,
    };
    let mut section = Section::new(place, None);
    for (index, (key, value)) in settings.into_iter().enumerate() {
        section.insert(key, index + 2, value);
    }
    section
}

fn text<'a>(key: &'a str, text: &str) -> (&'a str, SettingValue) {
    (key, SettingValue::Text(text.to_owned().into()))
}

/// The settings with a TCTI and this one.
fn with(setting: (&str, SettingValue)) -> Result<Settings, String> {
    let section = section(vec![text("tcti", "tabrmd"), setting]);
    settings(&section).map_err(|error| error.to_string())
}

#[test]
fn a_tpm_needs_a_tcti() {
    let error = settings(&section(vec![])).unwrap_err().to_string();
    assert!(
        error.starts_with("config.toml:1: a TPM needs a `tcti`"),
        "{error}"
    );
}

#[test]
fn authorisation_values_are_text_or_hexadecimal_and_are_not_printed() {
    let auth = |value| with(text(OWNER_AUTH, value)).map(|settings| settings.owner_auth);
    assert_eq!(auth("secret").unwrap().expose(), b"secret");
    assert_eq!(auth("str:hex:ff").unwrap().expose(), b"hex:ff");
    assert_eq!(auth("hex:00fF").unwrap().expose(), [0, 0xff]);
    for wrong in ["hex:0", "hex:zz"] {
        let error = auth(wrong).unwrap_err();
        assert!(error.contains("two per byte"), "{error}");
    }
    let (longest, longer) = ("x".repeat(64), "x".repeat(65));
    assert_eq!(auth(longest.as_str()).unwrap().len(), 64);
    let error = auth(longer.as_str()).unwrap_err();
    assert!(
        error.contains("has 65 bytes") && !error.contains("xx"),
        "{error}"
    );
    let settings = with(text(ENDORSEMENT_AUTH, "73519")).unwrap();
    let configured = ConfiguredTpm {
        settings,
        may_be_absent: false,
    };
    let printed = configured.printed();
    assert!(printed.contains(&(ENDORSEMENT_AUTH, Printed::Hidden)));
    assert!(!format!("{configured:?}{printed:?}").contains("73519"));
}

#[test]
fn settings_have_values_that_make_sense() {
    for (setting, output) in [
        (
            ("command_timeout", SettingValue::Integer(0)),
            "give milliseconds",
        ),
        (
            ("command_timeout", SettingValue::Integer(-1)),
            "out of range",
        ),
        (
            text("software_padding", "never"),
            "\"when-needed\" or \"always\"",
        ),
    ] {
        let error = with(setting).unwrap_err();
        assert!(error.starts_with("config.toml:3: "), "{error}");
        assert!(error.contains(output), "{error}");
    }
}

#[test]
fn pcrs_have_numbers_and_a_bank_that_exist() {
    let sealed = |pcrs: &[i64], bank: Option<&str>| {
        let pcrs = pcrs.iter().copied().map(SettingValue::Integer).collect();
        let mut settings = vec![("seal_pcrs", SettingValue::List(pcrs))];
        settings.extend(bank.map(|bank| text("seal_pcr_bank", bank)));
        registers(&section(settings)).map_err(|error| error.to_string())
    };
    let chosen = sealed(&[7, 0], Some("sha384")).unwrap();
    assert_eq!((chosen.numbers(), chosen.bank), (vec![0, 7], Bank::Sha384));
    assert_eq!(sealed(&[7], None).unwrap().bank, Bank::Sha256);
    for (pcrs, bank, output) in [
        (
            &[][..],
            None,
            "config.toml:2: `seal_pcrs` names no register",
        ),
        (
            &[24],
            None,
            "config.toml:2: there is no register 24; they are numbered 0 to 23",
        ),
        (&[7], Some("md5"), "there are sha1, sha256, sha384, sha512"),
    ] {
        let error = sealed(pcrs, bank).unwrap_err();
        assert!(error.contains(output), "{error}");
    }
}
