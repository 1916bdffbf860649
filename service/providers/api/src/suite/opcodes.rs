//! A provider describes itself correctly.

use std::collections::BTreeSet;

use parsec_contracts::{Opcode, ProviderId, Secret, ServedBy, Status};

use super::generated::call;
use super::rig::ensure;
use super::specs::{ECDSA, SECP_R1, signing};
use super::{Case, Rig, Stop};
use crate::{KeyContext, KeyId};

pub(super) const CASES: &[Case] = &[
    Case::new("the_provider_describes_itself", &[], describes_itself),
    Case::new(
        "opcodes_are_operations_of_providers_listed_once",
        &[],
        listed_once,
    ),
    Case::new("listed_operations_are_served_and_no_others", &[], served),
];

fn describes_itself(rig: &Rig) -> Result<(), Stop> {
    let provider = rig.provider();
    ensure(
        provider.id() != ProviderId::Core,
        "the core provider is the service itself",
    )?;
    ensure(
        !provider.description().is_empty(),
        "there is no description",
    )?;
    ensure(provider.version() != (0, 0, 0), "there is no version")?;
    ensure(provider.workers() > 0, "there are no workers")
}

fn listed_once(rig: &Rig) -> Result<(), Stop> {
    let listed = rig.provider().opcodes();
    let distinct: BTreeSet<_> = listed.iter().collect();
    ensure(distinct.len() == listed.len(), "an opcode is listed twice")?;
    for opcode in listed {
        ensure(
            opcode.served_by() == ServedBy::Crypto,
            format!("{opcode} is served by the service, not by a provider"),
        )?;
    }
    Ok(())
}

fn served(rig: &Rig) -> Result<(), Stop> {
    // This is not a key, so calls fail; other cases check their errors.
    let key = KeyContext {
        id: KeyId(u64::MAX),
        attributes: signing(SECP_R1, 256, ECDSA),
        material: Secret::default(),
    };
    let of_providers = |opcode: &&Opcode| {
        opcode.served_by() == ServedBy::Crypto && !opcode.is_handled_by_service()
    };
    for opcode in Opcode::ALL.iter().filter(of_providers) {
        let Some(answer) = call(rig.provider(), *opcode, &key) else {
            return Err(Stop::Fail(format!("there is no call of {opcode}")));
        };
        match (rig.serves(*opcode), answer) {
            (true, Err(error)) if error.is_not_served() => {
                return Err(Stop::Fail(format!("{opcode} is listed, but not served")));
            }
            (false, Err(error)) if error.is_not_served() => ensure(
                error.status() == Status::PsaErrorNotSupported,
                format!("{opcode} is not served, and fails with {error}"),
            )?,
            (false, _) => {
                return Err(Stop::Fail(format!("{opcode} is served, but not listed")));
            }
            (true, _) => {}
        }
    }
    Ok(())
}
