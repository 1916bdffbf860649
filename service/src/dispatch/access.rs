//! Whether the service's policy lets a request through.

use parsec_contracts::operations::CanDoCrypto;
use parsec_contracts::types::{CheckType, KeyAttributes};
use parsec_contracts::{Body as _, Opcode, Operation, Status};

use super::{Call, Refusal};
use crate::policy::AccessRequest;

impl Call<'_> {
    /// Asks the policy about a request, and the key that it works with or makes.
    pub(super) fn allow(
        &self,
        input: &impl Operation,
        key: Option<&KeyAttributes>,
    ) -> Result<(), Refusal> {
        if self.policy.is_empty() {
            return Ok(());
        }
        self.policy.check(&AccessRequest {
            algorithm: input.algorithm(),
            ..self.asked(self.opcode, key)
        })
    }

    /// Asks the policy whether the client may do this with any key: what is refused whatever else
    /// the request says is refused before anything is looked up.
    pub(super) fn allow_at_all(&self) -> Result<(), Refusal> {
        if self.policy.is_empty() {
            return Ok(());
        }
        self.policy.check_at_all(&self.asked(self.opcode, None))
    }

    /// A client that asks what could be done learns what it may: it goes by the answer.
    pub(super) fn allow_question(&self, body: &[u8]) -> Result<(), Refusal> {
        if self.opcode != Opcode::CanDoCrypto || self.policy.is_empty() {
            return Ok(());
        }
        let question = CanDoCrypto::decode(body)?;
        let opcode = match question.check_type {
            CheckType::Generate => Opcode::PsaGenerateKey,
            CheckType::Import => Opcode::PsaImportKey,
            _ => return Ok(()),
        };
        let asked = self.asked(opcode, Some(&question.attributes));
        let allowed = self.policy.check(&asked);
        allowed.map_err(|refusal| Refusal::because(Status::PsaErrorNotSupported, refusal.message))
    }

    fn asked<'a>(&'a self, opcode: Opcode, key: Option<&'a KeyAttributes>) -> AccessRequest<'a> {
        AccessRequest {
            caller: self.caller.identity.as_ref(),
            provider: self.instance.id,
            instance: &self.instance.name,
            opcode,
            algorithm: None,
            key,
        }
    }
}
