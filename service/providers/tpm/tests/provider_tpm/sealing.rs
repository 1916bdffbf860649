//! A secret can only be unsealed while the registers have the same values.

use std::process::{Command, Stdio};

use parsec_contracts::{Secret, Status};
use parsec_harness::Swtpm;
use parsec_provider_tpm::{Bank, Registers, Settings, seal, sealed_to, unseal};

use crate::named;

/// Each test with its name.
pub(crate) const TESTS: &[(&str, fn())] = named![
    a_secret_is_unsealed_only_with_unchanged_registers,
    a_secret_without_registers_is_unsealed_after_they_change,
    registers_that_do_not_exist_are_rejected,
];

/// A register that programs may reset.
const DEBUG: u32 = 16;

fn settings(swtpm: &Swtpm) -> Settings {
    Settings {
        tcti: swtpm.tcti(),
        ..Settings::default()
    }
}

fn tool(swtpm: &Swtpm, arguments: &[&str]) {
    let status = Command::new(arguments[0])
        .args(["--tcti", &swtpm.tcti()])
        .args(&arguments[1..])
        .stdout(Stdio::null())
        .status()
        .expect("tpm2-tools are installed; `cargo xtask test` does it");
    assert!(status.success(), "{arguments:?}");
}

fn extend(swtpm: &Swtpm) {
    let (sha256, sha384) = ("11".repeat(32), "22".repeat(48));
    let digests = format!("{DEBUG}:sha256={sha256},sha384={sha384}");
    tool(swtpm, &["tpm2_pcrextend", &digests]);
}

fn a_secret_is_unsealed_only_with_unchanged_registers() {
    let swtpm = Swtpm::start();
    let settings = settings(&swtpm);
    let secret = Secret::from(&[7; 32][..]);
    for bank in [Bank::Sha256, Bank::Sha384] {
        let registers = Registers {
            bank,
            pcrs: 1 << DEBUG | 1 << 7,
        };
        let sealed = seal(&settings, registers, &secret).unwrap();
        assert_eq!(sealed_to(&sealed).unwrap(), registers);
        let open = || unseal(&settings, sealed.clone());
        assert_eq!(open().unwrap().expose(), secret.expose());
        extend(&swtpm);
        let error = open().unwrap_err();
        assert_eq!(error.status(), Status::PsaErrorNotPermitted);
        assert!(error.message().contains(" 7, 16 "), "{error}");
        assert!(error.message().contains(bank.name()), "{error}");
        tool(&swtpm, &["tpm2_pcrreset", &DEBUG.to_string()]);
        assert_eq!(open().unwrap().expose(), secret.expose());
    }
}

fn a_secret_without_registers_is_unsealed_after_they_change() {
    let swtpm = Swtpm::start();
    let settings = settings(&swtpm);
    let secret = Secret::from(&[7; 32][..]);
    let sealed = seal(&settings, Registers::default(), &secret).unwrap();
    extend(&swtpm);
    assert_eq!(unseal(&settings, sealed).unwrap().expose(), secret.expose());
}

fn registers_that_do_not_exist_are_rejected() {
    let mut swtpm = Swtpm::start();
    tool(&swtpm, &["tpm2_pcrallocate", "sha256:none+sha384:all"]);
    swtpm.restart();
    let registers = |bank| Registers { bank, pcrs: 1 << 7 };
    let secret = Secret::from(&[7; 32][..]);
    let settings = settings(&swtpm);
    seal(&settings, registers(Bank::Sha384), &secret).unwrap();
    let error = seal(&settings, registers(Bank::Sha256), &secret).unwrap_err();
    assert_eq!(error.status(), Status::PsaErrorNotSupported, "{error}");
    assert!(error.message().contains("sha256"), "{error}");
}
