//! The policy: which clients may use which providers, operations and algorithms, as configured. A
//! denial takes precedence over any allowance.

mod strength;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use parsec_contracts::types::{Algorithm, KeyAttributes};
use parsec_contracts::{Opcode, ProviderId, Status};

use crate::config::{PolicyConfig, Rule};
use crate::identity::Identity;
use crate::refusal::Refusal;
use strength::strength;

/// The reason for a refusal without a matching `deny` rule.
const NOT_LISTED: &str =
    "the policy lists the operations that this client may use, and this one is not listed";

/// The policy in effect.
#[derive(Debug)]
pub(crate) struct Policy {
    rules: PolicyConfig,
}

/// A request, as far as its details are known.
#[derive(Debug, Clone)]
pub(crate) struct AccessRequest<'a> {
    pub(crate) caller: Option<&'a Identity>,
    pub(crate) provider: ProviderId,
    /// The provider's name in the configuration.
    pub(crate) instance: &'a str,
    pub(crate) opcode: Opcode,
    /// The algorithm in the request, if there is one.
    pub(crate) algorithm: Option<Algorithm>,
    /// The key that it uses or creates.
    pub(crate) key: Option<&'a KeyAttributes>,
}

/// Whether a rule matches a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Match {
    No,
    /// It depends on the key or the algorithm.
    Depends,
    Yes,
}

impl Policy {
    pub(crate) fn new(rules: &PolicyConfig) -> Self {
        Self {
            rules: rules.clone(),
        }
    }

    /// Whether there are no rules.
    pub(crate) fn is_empty(&self) -> bool {
        self.rules.allow.is_empty() && self.rules.deny.is_empty()
    }

    /// Allows a request, or returns the reason for the refusal.
    pub(crate) fn check(&self, request: &AccessRequest<'_>) -> Result<(), Refusal> {
        let words = Words::of(request);
        if let Some(rule) = self
            .rules
            .deny
            .iter()
            .find(|rule| denies(rule, request, &words))
        {
            return Err(refusal(rule.reason.as_deref()));
        }
        let mut named = self.allow_rules_for(request.caller).peekable();
        if named.peek().is_none() || named.any(|rule| matches_rule(rule, request, &words)) {
            return Ok(());
        }
        Err(refusal(Some(NOT_LISTED)))
    }

    /// Whether the client may do this with any key and algorithm.
    pub(crate) fn may_ever(&self, request: &AccessRequest<'_>) -> bool {
        self.check_operation(request).is_ok()
    }

    /// Like [`Policy::check`], with only the caller, provider and operation: refuses a request that
    /// is refused for every key and algorithm.
    pub(crate) fn check_operation(&self, request: &AccessRequest<'_>) -> Result<(), Refusal> {
        let is_denied =
            |rule: &&Rule| names(rule, request.caller) && target(rule, request) == Match::Yes;
        if let Some(rule) = self.rules.deny.iter().find(is_denied) {
            return Err(refusal(rule.reason.as_deref()));
        }
        let mut named = self.allow_rules_for(request.caller).peekable();
        if named.peek().is_none() || named.any(|rule| target(rule, request) != Match::No) {
            return Ok(());
        }
        Err(refusal(Some(NOT_LISTED)))
    }

    /// Whether a client may do something with all keys and algorithms, with some, or with none.
    pub(crate) fn outlook(&self, request: &AccessRequest<'_>) -> Match {
        if !self.may_ever(request) {
            return Match::No;
        }
        let some_denied = self
            .rules
            .deny
            .iter()
            .any(|rule| names(rule, request.caller) && target(rule, request) == Match::Depends);
        let mut named = self.allow_rules_for(request.caller).peekable();
        let all_allowed =
            named.peek().is_none() || named.any(|rule| target(rule, request) == Match::Yes);
        if all_allowed && !some_denied {
            Match::Yes
        } else {
            Match::Depends
        }
    }

    /// The `allow` rules that name the client. If there are any, nothing else is allowed.
    fn allow_rules_for<'a>(
        &'a self,
        caller: Option<&'a Identity>,
    ) -> impl Iterator<Item = &'a Rule> {
        self.rules
            .allow
            .iter()
            .filter(move |rule| names(rule, caller))
    }
}

fn refusal(reason: Option<&str>) -> Refusal {
    let status = Status::PolicyRefused;
    match reason {
        Some(reason) => Refusal::because(status, format!("{} ({reason})", status.message())),
        None => Refusal::of(status),
    }
}

/// Whether a rule applies to the caller.
pub(crate) fn names(rule: &Rule, caller: Option<&Identity>) -> bool {
    if rule.authenticator.is_none() && rule.clients.is_empty() {
        return true;
    }
    let Some(caller) = caller else { return false };
    rule.authenticator.is_none_or(|auth| auth == caller.auth)
        && (rule.clients.is_empty() || rule.clients.contains(&caller.name))
}

/// Whether a rule applies to the provider and operation, and whether it has no other condition.
fn target(rule: &Rule, request: &AccessRequest<'_>) -> Match {
    let provider = rule.providers.is_empty()
        || rule
            .providers
            .iter()
            .any(|name| name == request.instance || name == request.provider.name());
    let opcode = rule.operations.is_empty()
        || rule
            .operations
            .iter()
            .any(|name| name == request.opcode.name() || name == request.opcode.area());
    if !provider || !opcode {
        return Match::No;
    }
    let uses = |flag: &String| request.opcode.usage().contains(&flag.as_str());
    let is_all = rule.algorithms.is_empty()
        && rule.key_types.is_empty()
        && rule.weaker_than.is_none()
        && (rule.usage.is_empty() || rule.usage.iter().any(uses));
    if is_all { Match::Yes } else { Match::Depends }
}

/// Whether all conditions of a rule match.
fn matches_rule(rule: &Rule, request: &AccessRequest<'_>, words: &Words) -> bool {
    target(rule, request) != Match::No
        && within(&rule.algorithms, &words.algorithm)
        && within(&rule.key_types, &words.key_type)
        && rule.weaker_than.is_none_or(|bits| is_weaker(request, bits))
        && (rule.usage.is_empty()
            || rule
                .usage
                .iter()
                .any(|flag| words.usage.contains(flag.as_str())))
}

fn denies(rule: &Rule, request: &AccessRequest<'_>, words: &Words) -> bool {
    names(rule, request.caller) && matches_rule(rule, request, words)
}

/// Whether any of the descriptions, whose words are joined by slashes, matches.
fn within(descriptions: &[String], words: &BTreeSet<String>) -> bool {
    descriptions.is_empty()
        || descriptions
            .iter()
            .any(|description| description.split('/').all(|word| words.contains(word)))
}

fn is_weaker(request: &AccessRequest<'_>, bits: u32) -> bool {
    strength(request.key, request.algorithm.as_ref()).is_some_and(|strength| strength < bits)
}

/// The properties of a request, in the contracts' words.
#[derive(Debug)]
struct Words {
    algorithm: BTreeSet<String>,
    key_type: BTreeSet<String>,
    usage: BTreeSet<&'static str>,
}

impl Words {
    fn of(request: &AccessRequest<'_>) -> Self {
        let policy = request.key.map(|key| &key.key_policy);
        let mut algorithm = BTreeSet::new();
        // The request's algorithm is more specific than the policy's, which may leave the hash open.
        let named = request
            .algorithm
            .or(policy.map(|policy| policy.key_algorithm));
        collect(&named, &mut algorithm);
        let mut key_type = BTreeSet::new();
        collect(&request.key.map(|key| key.key_type), &mut key_type);
        let mut usage: BTreeSet<_> = request.opcode.usage().iter().copied().collect();
        // The usage flags of a new key count as used; those of an existing key do not.
        if let (Some(policy), true) = (policy, request.opcode.makes_key()) {
            usage.extend(policy.key_usage_flags.names());
        }
        Self {
            algorithm,
            key_type,
            usage,
        }
    }
}

/// Collects the names of variants and values, at any depth.
fn collect(value: &impl serde::Serialize, words: &mut BTreeSet<String>) {
    if let Ok(value) = toml::Value::try_from(Wrapped { value }) {
        walk(&value, words);
    }
}

/// A table for a value that may be `None`, as TOML requires.
#[derive(serde::Serialize)]
struct Wrapped<'a, T> {
    value: &'a T,
}

fn walk(value: &toml::Value, words: &mut BTreeSet<String>) {
    match value {
        toml::Value::String(word) => {
            words.insert(word.clone());
        }
        toml::Value::Table(table) => {
            for (name, inner) in table {
                words.insert(name.clone());
                walk(inner, words);
            }
        }
        _ => {}
    }
}
