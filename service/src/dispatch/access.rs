//! Whether the service's policy allows a request.

use parsec_contracts::operations::CanDoCrypto;
use parsec_contracts::types::{CheckType, KeyAttributes};
use parsec_contracts::{Body as _, Opcode, Operation, Status};

use super::{Call, Refusal};
use crate::policy::AccessRequest;

impl Call<'_> {
    /// Checks a request, and the key that it uses or creates, against the policy.
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
            ..self.access_request(self.opcode, key)
        })
    }

    /// Checks whether the policy ever allows the client this operation, so that such requests are refused
    /// before any look-up.
    pub(super) fn check_operation(&self) -> Result<(), Refusal> {
        if self.policy.is_empty() {
            return Ok(());
        }
        self.policy
            .check_operation(&self.access_request(self.opcode, None))
    }

    /// Checks the operation that `can_do_crypto` asks about: clients rely on the answer.
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
        let access_request = self.access_request(opcode, Some(&question.attributes));
        let allowed = self.policy.check(&access_request);
        allowed.map_err(|refusal| Refusal::because(Status::PsaErrorNotSupported, refusal.message))
    }

    fn access_request<'a>(
        &'a self,
        opcode: Opcode,
        key: Option<&'a KeyAttributes>,
    ) -> AccessRequest<'a> {
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
