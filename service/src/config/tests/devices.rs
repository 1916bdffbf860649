//! Settings of tokens and TPMs.

use parsec_contracts::Secret;

use parsec_provider_pkcs11::TokenChoice;

use super::*;

/// The published format with another provider, on a token.
fn with_token(settings: &str) -> String {
    format!(
        "{PUBLISHED}\n[[provider]]\nprovider_type = \"Pkcs11\"\nlibrary_path = \"/lib/p11.so\"\n{settings}\n"
    )
}

fn token(settings: &str) -> Result<DeviceConfig, String> {
    let config = read_in(&with_token(settings), &Environment::default());
    let mut providers = config.map_err(|error| error.to_string())?.providers;
    Ok(providers.pop().unwrap().device)
}

#[test]
fn selects_a_token_by_serial_number_label_or_slot() {
    let chosen = |settings: &str| match token(settings).unwrap() {
        DeviceConfig::Pkcs11 { token, .. } => token,
        other => panic!("{other:?}"),
    };
    assert_eq!(chosen(""), TokenChoice::Only);
    assert_eq!(chosen("slot_number = 4"), TokenChoice::Slot(4));
    assert_eq!(
        chosen("token_label = \"a\""),
        TokenChoice::Label("a".into())
    );
    // The published service accepts both, and the serial number takes precedence.
    assert_eq!(
        chosen("serial_number = \"77\"\nslot_number = 4"),
        TokenChoice::Serial("77".into())
    );
    let both = token("token_label = \"a\"\nslot_number = 4").unwrap_err();
    assert!(both.contains("one says which token"), "{both}");
}

/// The source of the PIN.
fn pin(settings: &str) -> Result<Option<Placed<PinSource>>, String> {
    match token(settings)? {
        DeviceConfig::Pkcs11 { pin, .. } => Ok(pin),
        other => Err(format!("{other:?}")),
    }
}

/// The PIN, or the error of reading it.
fn pin_read(settings: &str) -> Result<Secret, String> {
    let source = pin(settings)?.ok_or("there is none")?;
    source.read().map_err(|error| error.to_string())
}

#[test]
fn the_pin_has_one_source_and_is_never_shown() {
    assert_eq!(pin("").unwrap(), None);
    let given = pin_read("user_pin = \"73519\"").unwrap();
    assert_eq!(given.expose(), b"73519");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pin");
    fs::write(&file, "73519\r\nand more\n").unwrap();
    let from_file = format!("user_pin_file = {:?}", file.display().to_string());
    assert_eq!(pin_read(&from_file).unwrap().expose(), b"73519");
    // A variable that exists in every test process.
    let from_variable = pin_read("user_pin_env = \"PATH\"").unwrap();
    assert_eq!(
        from_variable.expose(),
        std::env::var("PATH").unwrap().as_bytes()
    );
    for (settings, said) in [
        ("user_pin_credential = \"../pin\"", "contain folders"),
        ("user_pin_credential = \"..\"", "contain folders"),
        ("user_pin = 73519", "quotation marks"),
        (
            "user_pin = \"73519\"\nuser_pin_env = \"PATH\"",
            "config.toml:36: the PIN is given twice",
        ),
    ] {
        let error = pin(settings).unwrap_err();
        assert!(error.contains(said), "{settings}: {error}");
        assert!(!error.contains("73519"), "{error}");
    }
    let text = with_token("user_pin = \"73519\"");
    let shown = read_in(&text, &Environment::default()).unwrap();
    assert!(shown.to_string().contains("the PIN is set, and not shown"));
    assert!(!format!("{shown}{shown:?}").contains("73519"));
}

#[test]
fn reads_the_pin_only_when_it_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("pin");
    fs::write(&empty, "\n73519").unwrap();
    let from_empty = format!("user_pin_file = {:?}", empty.display().to_string());
    for (settings, setting, said) in [
        (from_empty.as_str(), "user_pin_file", "is empty; write"),
        (
            "user_pin_file = \"/nowhere\"",
            "user_pin_file",
            "/nowhere: No such file",
        ),
        (
            "user_pin_env = \"PARSEC_NO_SUCH_VARIABLE\"",
            "user_pin_env",
            "\"PARSEC_NO_SUCH_VARIABLE\" is not set; set it",
        ),
        (
            "user_pin_credential = \"pin\"",
            "user_pin_credential",
            "add `LoadCredential=pin:FILE` to the unit",
        ),
    ] {
        assert!(pin(settings).unwrap().is_some(), "{settings}");
        let error = pin_read(settings).unwrap_err();
        let start = format!("config.toml:35: `{setting}`: ");
        assert!(error.starts_with(&start), "{error}");
        assert!(error.contains(said), "{settings}: {error}");
        assert!(!error.contains("73519"), "{error}");
    }
}

#[test]
fn resolves_the_pin_file_relative_to_the_configuration() {
    let text = with_token("user_pin_file = \"pin\"");
    let folder = Path::new("/etc/parsec");
    let config = resolve::resolve(&text, "it", Some(folder), &Environment::default()).unwrap();
    let DeviceConfig::Pkcs11 { pin: Some(pin), .. } = &config.providers[1].device else {
        panic!("{config:?}");
    };
    assert_eq!(pin.value, PinSource::File("/etc/parsec/pin".into()));
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
fn a_type_error_contains_nothing_else_of_the_file() {
    let text = with_token("user_pin = \"73519\"\nallow_export = 1");
    let error = format::parse(&text).err().unwrap();
    assert!(!format!("{error:?}").contains("73519"));
    let line = text[..error.span().unwrap().start].lines().count();
    assert!(
        text.lines()
            .nth(line - 1)
            .unwrap()
            .starts_with("allow_export")
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
    assert!(same.contains("\"pkcs11-provider\" already"), "{same}");
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
    assert_eq!(
        config.seal_master_key.as_ref().unwrap().settings.tcti,
        "device:/dev/tpm0"
    );
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
    let registers = config.seal_master_key.as_ref().unwrap().registers;
    assert_eq!(registers.numbers(), [0, 7]);
    assert_eq!(registers.bank.name(), "sha384");
    let again = read_in(&config.to_string(), &Environment::default()).unwrap();
    assert_eq!(again.seal_master_key, config.seal_master_key);

    let of_default = read("seal_master_key = true\nseal_pcrs = [7]").unwrap();
    let registers = of_default.seal_master_key.unwrap().registers;
    assert_eq!(registers.bank.name(), "sha256");
    for (settings, said) in [
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
        assert!(error.contains(said), "{settings}: {error}");
    }
}

#[test]
fn refuses_an_invalid_padding_of_a_token() {
    let text = with_token("software_padding = \"never\"");
    let error = read_in(&text, &Environment::default()).unwrap_err();
    let said = "\"when-needed\" or \"always\"";
    assert!(error.to_string().contains(said), "{error}");
}

#[test]
fn refuses_invalid_settings_of_a_tpm() {
    for (setting, said) in [
        ("command_timeout = 0", "give milliseconds"),
        (
            "software_padding = \"never\"",
            "\"when-needed\" or \"always\"",
        ),
    ] {
        let text = format!(
            "{PUBLISHED}\n[[provider]]\nprovider_type = \"Tpm\"\ntcti = \"tabrmd\"\n{setting}\n"
        );
        let error = read_in(&text, &Environment::default())
            .unwrap_err()
            .to_string();
        assert!(error.contains(said), "{error}");
    }
}
