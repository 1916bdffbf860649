//! The provider's section of the configuration.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use parsec_contracts::quoted;
use parsec_contracts::{ProviderId, Secret, Zeroizing};
use parsec_provider::registration::{
    Printed, ProviderSettings, Registration, Sealer, Section, SettingError,
};
use parsec_provider::{Journal, Provider, ProviderError};
use parsec_psa::{PsaProvider, SoftwarePadding};

use crate::Settings;
use crate::abilities::OPERATION_GROUPS;
use crate::engine::TpmEngine;
use crate::registers::{Bank, Registers};
use crate::sealing;

/// PCRs are numbered below this.
const PCRS: u32 = 24;
/// Maximum length of an authorization value: that of the longest digest (TPM 2.0, part 2, 10.4.5).
const LONGEST_AUTH: usize = 64;
const OWNER_AUTH: &str = "owner_hierarchy_auth";
const ENDORSEMENT_AUTH: &str = "endorsement_hierarchy_auth";

/// The provider's registration.
pub static REGISTRATION: Registration = Registration {
    id: ProviderId::Tpm,
    default_name: "tpm-provider",
    keys: &[
        "tcti",
        "owner_hierarchy_auth",
        "storage_key_handle",
        "endorsement_hierarchy_auth",
        "command_timeout",
        "software_padding",
        "skip_if_no_tpm",
    ],
    has_device: true,
    // A TPM executes one command at a time.
    workers: 1,
    opcodes: || parsec_psa::opcodes(OPERATION_GROUPS),
    // Keys are not kept in the TPM.
    object: |_| None,
    read,
};

/// A configured TPM.
#[derive(Debug, PartialEq)]
struct ConfiguredTpm {
    settings: Settings,
    may_be_absent: bool,
}

fn read(section: &Section) -> Result<Arc<dyn ProviderSettings>, SettingError> {
    Ok(Arc::new(ConfiguredTpm {
        settings: settings(section)?,
        may_be_absent: section.boolean("skip_if_no_tpm")?.unwrap_or_default(),
    }))
}

fn settings(section: &Section) -> Result<Settings, SettingError> {
    let Some(tcti) = section.text("tcti")? else {
        return Err(section.lacks(
            "a TPM needs a `tcti`, its interface: write for example `tcti = \"device:/dev/tpmrm0\"`",
        ));
    };
    Ok(Settings {
        tcti: tcti.to_owned(),
        owner_auth: auth(section, OWNER_AUTH)?,
        storage_key_handle: section.integer("storage_key_handle")?,
        endorsement_auth: auth(section, ENDORSEMENT_AUTH)?,
        command_timeout: command_timeout(section)?,
        software_padding: SoftwarePadding::read(section)?,
    })
}

fn command_timeout(section: &Section) -> Result<Duration, SettingError> {
    match section.integer("command_timeout")? {
        None => Ok(Settings::default().command_timeout),
        Some(0) => Err(section.wrong(
            "command_timeout",
            "`command_timeout` is 0, which is too short for every TPM; give milliseconds, such as 30000",
        )),
        Some(milliseconds) => Ok(Duration::from_millis(milliseconds)),
    }
}

/// An authorisation value: text, or hexadecimal digits after `hex:`. Text may begin with `str:`.
fn auth(section: &Section, key: &str) -> Result<Secret, SettingError> {
    let Some(given) = section.secret(key)? else {
        return Ok(Secret::default());
    };
    let text = given.expose();
    let value = match text.strip_prefix(b"hex:") {
        None => Secret::from(text.strip_prefix(b"str:").unwrap_or(text)),
        Some(digits) => from_hex(digits).ok_or_else(|| {
            section.wrong(
                key,
                "`hex:` must be followed by hexadecimal digits, two per byte",
            )
        })?,
    };
    if value.len() > LONGEST_AUTH {
        let message = format!(
            "`{key}` has {} bytes; an authorization value has at most {LONGEST_AUTH}",
            value.len()
        );
        return Err(section.wrong(key, message));
    }
    Ok(value)
}

fn from_hex(digits: &[u8]) -> Option<Secret> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    // With its full capacity: a vector that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(digits.len() / 2));
    for pair in digits.chunks(2) {
        bytes.push((digit(pair[0])? * 16 + digit(pair[1])?) as u8);
    }
    Some(Secret::from(bytes))
}

impl ProviderSettings for ConfiguredTpm {
    fn open(&self, journal: Arc<dyn Journal>) -> Result<Arc<dyn Provider>, ProviderError> {
        let engine = TpmEngine::start(self.settings.clone(), journal)?;
        Ok(Arc::new(PsaProvider::new(engine)))
    }

    fn printed(&self) -> Vec<(&'static str, Printed)> {
        let settings = &self.settings;
        let timeout = u64::try_from(settings.command_timeout.as_millis()).unwrap_or(u64::MAX);
        let mut printed = vec![("tcti", Printed::Text(settings.tcti.clone()))];
        if !settings.owner_auth.is_empty() {
            printed.push((OWNER_AUTH, Printed::Hidden));
        }
        if let Some(handle) = settings.storage_key_handle {
            printed.push(("storage_key_handle", Printed::Hexadecimal(handle)));
        }
        if !settings.endorsement_auth.is_empty() {
            printed.push((ENDORSEMENT_AUTH, Printed::Hidden));
        }
        printed.extend([
            ("command_timeout", Printed::Integer(timeout)),
            settings.software_padding.printed(),
            ("skip_if_no_tpm", Printed::Boolean(self.may_be_absent)),
        ]);
        printed
    }

    fn may_be_absent(&self) -> bool {
        self.may_be_absent
    }

    fn sealer(&self, section: &Section) -> Result<Option<Arc<dyn Sealer>>, SettingError> {
        Ok(Some(Arc::new(TpmSealer {
            settings: self.settings.clone(),
            registers: registers(section)?,
        })))
    }
}

/// A TPM that seals the master key.
#[derive(Debug, PartialEq)]
struct TpmSealer {
    settings: Settings,
    registers: Registers,
}

/// The PCRs to which the master key is sealed; none if the section has none.
fn registers(section: &Section) -> Result<Registers, SettingError> {
    let Some(pcrs) = section.integers("seal_pcrs")? else {
        return Ok(Registers::default());
    };
    let mut registers = Registers {
        bank: bank(section)?,
        pcrs: 0,
    };
    for index in pcrs {
        if index >= PCRS {
            let message = format!(
                "there is no register {index}; they are numbered 0 to {}",
                PCRS - 1
            );
            return Err(section.wrong("seal_pcrs", message));
        }
        registers.pcrs |= 1 << index;
    }
    if registers.is_empty() {
        return Err(section.wrong(
            "seal_pcrs",
            "`seal_pcrs` names no register; name some, such as [7], or leave it out",
        ));
    }
    Ok(registers)
}

fn bank(section: &Section) -> Result<Bank, SettingError> {
    let Some(name) = section.text("seal_pcr_bank")? else {
        return Ok(Bank::default());
    };
    let bank = Bank::ALL.into_iter().find(|bank| bank.name() == name);
    bank.ok_or_else(|| {
        let names = Bank::ALL.map(Bank::name).join(", ");
        let message = format!(
            "there is no bank {} of registers; there are {names}",
            quoted(name)
        );
        section.wrong("seal_pcr_bank", message)
    })
}

impl Sealer for TpmSealer {
    fn seal(&self, secret: &Secret) -> Result<Secret, ProviderError> {
        sealing::seal(&self.settings, self.registers, secret)
    }

    fn unseal(&self, sealed: Secret) -> Result<Secret, ProviderError> {
        sealing::unseal(&self.settings, sealed)
    }

    fn is_sealed_as_configured(&self, sealed: &Secret) -> bool {
        sealing::bound_to(sealed).is_ok_and(|registers| registers == self.registers)
    }

    fn printed(&self) -> Vec<(&'static str, Printed)> {
        if self.registers.is_empty() {
            return Vec::new();
        }
        vec![
            ("seal_pcrs", Printed::Integers(self.registers.numbers())),
            (
                "seal_pcr_bank",
                Printed::Text(self.registers.bank.name().to_owned()),
            ),
        ]
    }
}
