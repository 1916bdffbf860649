//! How a configuration file has the master key sealed.

use std::sync::Arc;

use parsec_contracts::Zeroizing;
use parsec_provider::registration::{Sealer, Section, SettingValue};

use super::error::ConfigError;
use super::resolved::ProviderConfig;
use super::source::Source;
use super::store::KeyStoreSection;

/// Returns the sealer of the master key: the device of the first provider that can seal.
pub(super) fn sealer(
    source: &Source<'_>,
    store: &KeyStoreSection,
    providers: &[ProviderConfig],
) -> Result<Option<Arc<dyn Sealer>>, ConfigError> {
    let given = store.seal_master_key.as_ref();
    let Some(seal) = given.filter(|seal| *seal.get_ref()) else {
        refuse_state_of_nothing(source, store)?;
        return Ok(None);
    };
    let at = seal.span().start;
    if store.master_key_credential.is_some() {
        return Err(source.wrong(
            at,
            "a credential cannot be sealed by this service; let systemd do it: \
             `systemd-creds encrypt --with-key=tpm2`, and `LoadCredentialEncrypted=` in the unit",
        ));
    }
    if let (None, Some(bank)) = (&store.seal_pcrs, &store.seal_pcr_bank) {
        return Err(source.wrong(
            bank.span().start,
            "`seal_pcr_bank` is the bank of the registers in `seal_pcrs`, which is not set",
        ));
    }
    let section = section(source, store, at);
    for provider in providers {
        if let Some(sealer) = provider.settings.sealer(&section)? {
            return Ok(Some(sealer));
        }
    }
    Err(source.wrong(
        at,
        "there is no TPM to seal the master key to; add a [[provider]] of the type \"Tpm\"",
    ))
}

fn refuse_state_of_nothing(
    source: &Source<'_>,
    store: &KeyStoreSection,
) -> Result<(), ConfigError> {
    let pcrs = store
        .seal_pcrs
        .as_ref()
        .map(|pcrs| ("seal_pcrs", pcrs.span()));
    let bank = store.seal_pcr_bank.as_ref();
    let bank = bank.map(|bank| ("seal_pcr_bank", bank.span()));
    match pcrs.or(bank) {
        None => Ok(()),
        Some((key, span)) => Err(source.wrong(
            span.start,
            format!(
                "`{key}` says when the TPM unseals the master key, which is not sealed; set \
                 `seal_master_key = true`"
            ),
        )),
    }
}

/// The settings of the key store that the provider's registration reads.
fn section(source: &Source<'_>, store: &KeyStoreSection, at: usize) -> Section {
    let line = |at| source.place(at).line;
    let mut section = Section::new(source.place(at), source.folder);
    if let Some(pcrs) = &store.seal_pcrs {
        let integers = pcrs.get_ref().iter().copied().map(i64::from);
        let value = SettingValue::List(integers.map(SettingValue::Integer).collect());
        section.insert("seal_pcrs", line(pcrs.span().start), value);
    }
    if let Some(bank) = &store.seal_pcr_bank {
        let value = SettingValue::Text(Zeroizing::new(bank.get_ref().clone()));
        section.insert("seal_pcr_bank", line(bank.span().start), value);
    }
    section
}
