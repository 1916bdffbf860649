//! The operations of a provider, derived from the operation groups of its engine.

use parsec_contracts::{Opcode, ServedBy};

/// A group of operations that only some engines support. All engines support the other operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationGroup {
    /// Exporting private and secret keys whose policy permits it.
    Export,
    /// Authenticated encryption.
    Aead,
    /// Streams of MACs and ciphers.
    Streams,
    /// Streams of authenticated encryption.
    AeadStreams,
    /// Key wrap.
    KeyWrap,
    /// Attestation of keys and of the state of the machine.
    Attestation,
}

impl OperationGroup {
    const ALL: [Self; 6] = [
        Self::Export,
        Self::Aead,
        Self::Streams,
        Self::AeadStreams,
        Self::KeyWrap,
        Self::Attestation,
    ];

    fn opcodes(self) -> &'static [Opcode] {
        match self {
            Self::Export => &[Opcode::PsaExportKey],
            Self::Aead => &[Opcode::PsaAeadEncrypt, Opcode::PsaAeadDecrypt],
            Self::Streams => &[
                Opcode::PsaMacSignSetup,
                Opcode::PsaMacVerifySetup,
                Opcode::PsaCipherEncryptSetup,
                Opcode::PsaCipherDecryptSetup,
            ],
            Self::AeadStreams => &[Opcode::PsaAeadEncryptSetup, Opcode::PsaAeadDecryptSetup],
            Self::KeyWrap => &[Opcode::WrapKey, Opcode::UnwrapKey],
            Self::Attestation => &[
                Opcode::PrepareKeyAttestation,
                Opcode::AttestKey,
                Opcode::GenerateDeviceKey,
                Opcode::CertifyKey,
                Opcode::Quote,
            ],
        }
    }
}

/// The operations of a provider whose engine supports these groups.
pub fn opcodes(served: &[OperationGroup]) -> Vec<Opcode> {
    Opcode::ALL
        .iter()
        .copied()
        .filter(|opcode| opcode.served_by() == ServedBy::Crypto && !opcode.is_handled_by_service())
        .filter(|opcode| {
            let group = OperationGroup::ALL
                .iter()
                .find(|group| group.opcodes().contains(opcode));
            group.is_none_or(|group| served.contains(group))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_of_a_group_is_served_only_with_the_group() {
        let without = opcodes(&[]);
        assert!(without.contains(&Opcode::PsaSignHash));
        for group in OperationGroup::ALL {
            let with = opcodes(&[group]);
            assert_eq!(
                with.len(),
                without.len() + group.opcodes().len(),
                "{group:?}"
            );
            for opcode in group.opcodes() {
                assert!(with.contains(opcode), "{opcode}");
                assert!(!without.contains(opcode), "{opcode}");
            }
        }
    }
}
