//! Settings of tokens and TPMs.

use super::*;

/// The published format with another provider, on a token.
fn with_token(settings: &str) -> String {
    format!(
        "{PUBLISHED}\n[[provider]]\nprovider_type = \"Pkcs11\"\nlibrary_path = \"/lib/p11.so\"\n{settings}\n"
    )
}

#[test]
fn a_moved_line_changes_no_provider() {
    let text = with_token("user_pin_credential = \"pin\"");
    let read = |text: &str| read_in(text, &Environment::default()).unwrap();
    assert_eq!(read(&format!("\n{text}")).providers, read(&text).providers);
    let other = read(&with_token("user_pin_credential = \"other\""));
    assert_ne!(other.providers, read(&text).providers);
}

#[test]
fn looks_up_a_master_key_credential_only_when_it_is_needed() {
    let with = |name: &str| {
        let text = format!("{PUBLISHED}\n[key_store]\nmaster_key_credential = {name:?}\n");
        read_in(&text, &Environment::default())
    };
    let config = with("key").unwrap();
    let error = config.master_key.file().unwrap_err().to_string();
    let start = "config.toml:33: `master_key_credential`: CREDENTIALS_DIRECTORY is not set";
    assert!(error.starts_with(start), "{error}");
    assert!(error.contains("LoadCredential=key:FILE"), "{error}");
    let again = read_in(&config.to_string(), &Environment::default()).unwrap();
    assert_eq!(again.master_key, config.master_key);
    let folders = with("../key").unwrap_err().to_string();
    assert!(folders.contains("contain folders"), "{folders}");
}

#[test]
fn an_error_about_one_setting_shows_no_other_setting() {
    let text = with_token("user_pin = \"73519\"\nallow_export = 1");
    let error = read_in(&text, &Environment::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "config.toml:36: `allow_export` is `true` or `false`"
    );
    assert!(!format!("{error:?}").contains("73519"));
}

#[test]
fn secrets_are_not_printed() {
    let text = with_token("user_pin = \"73519\"");
    let config = read_in(&text, &Environment::default()).unwrap();
    let printed = config.to_string();
    assert!(
        printed.contains("\n# user_pin is set, and not shown\n"),
        "{printed}"
    );
    assert!(!format!("{printed}{config:?}").contains("73519"));
}

#[test]
fn the_registration_of_a_provider_reads_its_section() {
    let error = |settings| {
        let text = with_token(settings);
        read_in(&text, &Environment::default())
            .unwrap_err()
            .to_string()
    };
    assert!(
        error("user_pin = \"a\"\nuser_pin_env = \"B\"").starts_with("config.toml:36: the PIN is"),
    );
    // With the nearest key of any type, for it may be the type that is wrong.
    assert_eq!(
        error("tokenlabel = \"a\""),
        "config.toml:35: there is no setting `tokenlabel` here; did you mean `token_label`?"
    );
    assert_eq!(
        error("name = 5"),
        "config.toml:35: `name` is a string: write it in quotation marks"
    );
}

#[test]
fn a_setting_of_another_type_is_a_warning() {
    let text = with_token("tcti = \"tabrmd\"\nbus = 1");
    let config = read_in(&text, &Environment::default()).unwrap();
    let output = "`bus`, `tcti` of the provider \"pkcs11-provider\" belong to other types";
    assert!(
        config
            .warnings
            .iter()
            .any(|warning| warning.starts_with(output)),
        "{:?}",
        config.warnings
    );
}

#[test]
fn several_tokens_have_distinct_numbers_and_names() {
    let second = "[[provider]]\nprovider_type = \"Pkcs11\"\nlibrary_path = \"/lib/p11.so\"\n";
    let read = |text: &str| read_in(text, &Environment::default());
    let text = with_token(&format!("{second}name = \"other\""));
    let ids: Vec<_> = read(&text)
        .unwrap()
        .providers
        .iter()
        .map(|provider| provider.id)
        .collect();
    assert_eq!(
        ids,
        [
            ProviderId::Software,
            ProviderId::Pkcs11,
            ProviderId::SecondPkcs11
        ]
    );
    let same = read(&with_token(second)).unwrap_err().to_string();
    assert!(
        same.contains("already a provider of this type called \"pkcs11-provider\""),
        "{same}"
    );
    let named = |name: &str| format!("{second}name = \"{name}\"\n");
    let five: String = ["b", "c", "d", "e"].map(named).concat();
    let many = read(&with_token(&five)).unwrap_err().to_string();
    assert!(many.contains("too many"), "{many}");
    let software =
        format!("{PUBLISHED}\n[[provider]]\nprovider_type = \"MbedCrypto\"\nname = \"b\"\n");
    let many = read(&software).unwrap_err().to_string();
    assert!(many.contains("too many"), "{many}");
}

#[test]
fn the_printed_devices_are_equivalent() {
    for settings in [
        "serial_number = \"77\"\nallow_export = false",
        "slot_number = 3\nskip_if_no_token = true\nuser_pin_file = \"/etc/parsec/pin\"",
        "slot_number = 3\nsoftware_padding = \"always\"",
        "slot_number = 3\nuser_pin_env = \"THE_\\\"PIN\\\"\"",
        "slot_number = 3\nuser_pin_credential = \"hsm-pin\"",
        "token_label = \"a\"\n[[provider]]\nprovider_type = \"Tpm\"\ntcti = \"device:/dev/tpmrm0\"\n",
        "token_label = \"a\"\n[[provider]]\nprovider_type = \"Tpm\"\ntcti = \"tabrmd\"\n\
         command_timeout = 250\nsoftware_padding = \"always\"\n",
    ] {
        let config = read_in(&with_token(settings), &Environment::default()).unwrap();
        let again = read_in(&config.to_string(), &Environment::default()).unwrap();
        assert_eq!(again.providers, config.providers, "{config}");
    }
}

#[test]
fn seals_the_master_key_to_the_configured_tpm() {
    let sealed = format!("{PUBLISHED}\n[key_store]\nseal_master_key = true\n");
    let none = read_in(&sealed, &Environment::default()).unwrap_err();
    assert!(none.to_string().contains("no TPM to seal"), "{none}");
    let tpm = "[[provider]]\nprovider_type = \"Tpm\"\ntcti = \"device:/dev/tpm0\"\n";
    let config = read_in(&format!("{sealed}{tpm}"), &Environment::default()).unwrap();
    assert!(config.seal_master_key.is_some());
    let again = read_in(&config.to_string(), &Environment::default()).unwrap();
    assert_eq!(again.seal_master_key, config.seal_master_key);
}

#[test]
fn seals_the_master_key_to_the_configured_registers() {
    let read = |settings: &str| {
        let text = format!(
            "{PUBLISHED}\n[key_store]\n{settings}\n[[provider]]\nprovider_type = \"Tpm\"\n\
             tcti = \"device:/dev/tpm0\"\n"
        );
        read_in(&text, &Environment::default())
    };
    let config = read("seal_master_key = true\nseal_pcrs = [7, 0]\nseal_pcr_bank = \"sha384\"");
    let config = config.unwrap();
    let printed = config.to_string();
    assert!(
        printed.contains("\nseal_pcrs = [0, 7]\nseal_pcr_bank = \"sha384\"\n"),
        "{printed}"
    );
    let again = read_in(&printed, &Environment::default()).unwrap();
    assert_eq!(again.seal_master_key, config.seal_master_key);
    let of_default = read("seal_master_key = true\nseal_pcrs = [7]").unwrap();
    assert_ne!(of_default.seal_master_key, config.seal_master_key);

    for (settings, output) in [
        ("seal_pcrs = [7]", "seal_master_key = true"),
        (
            "seal_master_key = true\nseal_pcrs = []",
            "names no register",
        ),
        ("seal_master_key = true\nseal_pcrs = [24]", "0 to 23"),
        (
            "seal_master_key = true\nseal_pcr_bank = \"sha256\"",
            "not set",
        ),
        (
            "seal_master_key = true\nseal_pcrs = [7]\nseal_pcr_bank = \"md5\"",
            "sha1, sha256, sha384, sha512",
        ),
    ] {
        let error = read(settings).unwrap_err().to_string();
        assert!(error.contains(output), "{settings}: {error}");
    }
}
