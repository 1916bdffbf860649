//! Capabilities of providers.

use std::collections::BTreeMap;
use std::sync::Mutex;

use parsec_client::blocking::Client;
use parsec_client::operations::CanDoCrypto;
use parsec_client::types::CheckType;
use parsec_client::{ErrorKind, Opcode, ProviderId, Result};

use crate::files::Specs;
use crate::model::{Case, Need};

/// Queries capabilities of providers, each once.
#[derive(Debug)]
pub struct Abilities {
    specs: Specs,
    known: Mutex<BTreeMap<(u8, String), bool>>,
}

impl Abilities {
    /// Creates it with the attributes of the key kinds.
    pub fn new(specs: Specs) -> Self {
        Self {
            specs,
            known: Mutex::default(),
        }
    }

    /// Returns why the case does not run on the provider: the text after `skipped: ` in reports.
    ///
    /// # Errors
    ///
    /// If the provider cannot be queried.
    ///
    /// # Panics
    ///
    /// If the case needs something unknown.
    pub fn skip_reason(
        &self,
        parsec: &Client,
        provider: ProviderId,
        case: &Case,
    ) -> Result<Option<String>> {
        let family = provider.family().name();
        if let Some(only) = &case.on
            && !only.iter().any(|only| only.name() == family)
        {
            let names: Vec<_> = only.iter().map(|only| only.name()).collect();
            return Ok(Some(format!("only on {}", names.join(", "))));
        }
        for need in &case.needs {
            if !self.has(parsec, provider, need)? {
                return Ok(Some(format!("needs {}", need.text())));
            }
        }
        Ok(None)
    }

    fn has(&self, parsec: &Client, provider: ProviderId, need: &Need) -> Result<bool> {
        let question = (provider.number(), need.text().to_owned());
        let mut known = self.known.lock().unwrap_or_else(|lost| lost.into_inner());
        if let Some(&answer) = known.get(&question) {
            return Ok(answer);
        }
        let answer = self.ask(parsec, provider, need)?;
        known.insert(question, answer);
        Ok(answer)
    }

    fn ask(&self, parsec: &Client, provider: ProviderId, need: &Need) -> Result<bool> {
        let (question, name) = need.parts();
        let check_type = match question {
            "opcode" => {
                let opcode = Opcode::from_name(name);
                let opcode = opcode.unwrap_or_else(|| panic!("there is no operation {name}"));
                return Ok(parsec.opcodes(provider)?.contains(&opcode));
            }
            "generate" => CheckType::Generate,
            "import" => CheckType::Import,
            _ => CheckType::Derive,
        };
        let choices = self.specs.get(name);
        let choices = choices.unwrap_or_else(|| panic!("specs.json has no {name}"));
        for &attributes in choices {
            let request = CanDoCrypto {
                check_type,
                attributes,
            };
            match parsec.raw().can_do_crypto(provider, request) {
                Ok(_) => return Ok(true),
                Err(error) if error.kind() == ErrorKind::NotSupported => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }
}
