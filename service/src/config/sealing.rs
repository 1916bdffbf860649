//! How a configuration file has the master key sealed.

use parsec_provider_tpm::{Bank, Registers, Settings};
use toml::Spanned;

use super::error::ConfigError;
use super::resolved::{DeviceConfig, ProviderConfig};
use super::source::Source;
use super::store::KeyStoreSection;

/// Registers of a TPM are numbered below this.
const REGISTERS: u32 = 24;

/// The TPM that seals the master key, and the state of the machine in which it unseals it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealing {
    /// How the TPM is reached.
    pub settings: Settings,
    /// The registers that must have the values that they had; none for any state.
    pub registers: Registers,
}

/// The TPM that seals the master key: that of the TPM provider.
pub(super) fn sealing(
    source: &Source<'_>,
    store: &KeyStoreSection,
    providers: &[ProviderConfig],
) -> Result<Option<Sealing>, ConfigError> {
    let registers = registers(source, store)?;
    let Some(at) = store
        .seal_master_key
        .as_ref()
        .filter(|seal| *seal.get_ref())
        .map(|seal| seal.span().start)
    else {
        return match &store.seal_pcrs {
            Some(pcrs) => Err(source.wrong(
                pcrs.span().start,
                "`seal_pcrs` says when the TPM unseals the master key, which is not sealed; set \
                 `seal_master_key = true`",
            )),
            None => Ok(None),
        };
    };
    if store.master_key_credential.is_some() {
        return Err(source.wrong(
            at,
            "a credential cannot be sealed by this service; let systemd do it: \
             `systemd-creds encrypt --with-key=tpm2`, and `LoadCredentialEncrypted=` in the unit",
        ));
    }
    let settings = providers
        .iter()
        .find_map(|provider| match &provider.device {
            DeviceConfig::Tpm { settings, .. } => Some(settings.clone()),
            _ => None,
        });
    let settings = settings.ok_or_else(|| {
        source.wrong(
            at,
            "there is no TPM to seal the master key to; add a [[provider]] of the type \"Tpm\"",
        )
    })?;
    Ok(Some(Sealing {
        settings,
        registers,
    }))
}

fn registers(source: &Source<'_>, store: &KeyStoreSection) -> Result<Registers, ConfigError> {
    let Some(pcrs) = &store.seal_pcrs else {
        return match &store.seal_pcr_bank {
            Some(bank) => Err(source.wrong(
                bank.span().start,
                "`seal_pcr_bank` is the bank of the registers in `seal_pcrs`, which is not set",
            )),
            None => Ok(Registers::default()),
        };
    };
    let mut registers = Registers {
        bank: bank(source, store.seal_pcr_bank.as_ref())?,
        pcrs: 0,
    };
    for index in pcrs.get_ref() {
        if *index >= REGISTERS {
            return Err(source.wrong(
                pcrs.span().start,
                format!(
                    "there is no register {index}; they are numbered 0 to {}",
                    REGISTERS - 1
                ),
            ));
        }
        registers.pcrs |= 1 << index;
    }
    if registers.is_empty() {
        return Err(source.wrong(
            pcrs.span().start,
            "`seal_pcrs` names no register; name some, such as [7], or leave it out",
        ));
    }
    Ok(registers)
}

fn bank(source: &Source<'_>, given: Option<&Spanned<String>>) -> Result<Bank, ConfigError> {
    let Some(given) = given else {
        return Ok(Bank::default());
    };
    let named = |bank: &Bank| bank.name() == given.get_ref();
    Bank::ALL.into_iter().find(named).ok_or_else(|| {
        let names = Bank::ALL.map(Bank::name).join(", ");
        source.wrong(
            given.span().start,
            format!(
                "there is no bank {:?} of registers; there are {names}",
                given.get_ref()
            ),
        )
    })
}
