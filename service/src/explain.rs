//! The text of `--explain-policy`: the limits, rules and operations that apply to one client.

use std::fmt::Write as _;

use parsec_contracts::quoted;
use parsec_contracts::{Opcode, ServedBy};

use crate::authenticator::Authenticators;
use crate::config::{Config, ProviderConfig, Rule};
use crate::dispatch;
use crate::identity::Identity;
use crate::limits::{LimitRules, Principal};
use crate::policy::{self, AccessRequest, Match, Policy};

/// Describes what the configuration allows the client of that name: for each authenticator that could
/// identify it, whether it is an administrator, its limits, the rules that apply to it, and which
/// operations of each provider it may use.
pub fn explain(config: &Config, name: &str) -> String {
    let mut text = String::new();
    let authenticators = Authenticators::new(config);
    for one in &config.authenticators {
        let given = Identity {
            auth: one.auth_type,
            name: name.to_owned(),
        };
        let identity = authenticators.canonical(given.clone());
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name} through {}", one.name, name = quoted(name));
        if identity != given {
            let _ = writeln!(
                text,
                "  counts as {} through {}",
                quoted(&identity.name),
                identity.auth.title()
            );
        }
        let admin = if authenticators.is_admin(&identity) {
            "yes"
        } else {
            "no"
        };
        let _ = writeln!(text, "  administrator: {admin}");
        limits(&mut text, config, &identity);
        rules(&mut text, config, &identity);
        let policy = Policy::new(&config.policy);
        for provider in &config.providers {
            operations(&mut text, &policy, &identity, provider);
        }
    }
    text
}

fn limits(text: &mut String, config: &Config, identity: &Identity) {
    let rules = LimitRules::new(&config.limits);
    let principal = Principal::Application(identity.clone());
    let set: Vec<String> = rules
        .of(&principal)
        .named()
        .into_iter()
        .filter_map(|(name, limit)| Some(format!("{name} {}", limit?)))
        .collect();
    let set = if set.is_empty() {
        "none".to_owned()
    } else {
        set.join(", ")
    };
    let _ = writeln!(text, "  limits: {set}");
}

fn rules(text: &mut String, config: &Config, identity: &Identity) {
    let about = |rules: &[Rule]| -> Vec<String> {
        rules
            .iter()
            .filter(|rule| policy::names(rule, Some(identity)))
            .map(|rule| rule.to_string().trim_end().replace('\n', "; "))
            .collect()
    };
    let (allowed, denied) = (about(&config.policy.allow), about(&config.policy.deny));
    if allowed.is_empty() && denied.is_empty() {
        let _ = writeln!(text, "  rules: none, so everything is allowed");
    }
    for rule in denied {
        let _ = writeln!(text, "  denied despite any allow rule: {rule}");
    }
    for rule in allowed {
        let _ = writeln!(text, "  allowed, and nothing else: {rule}");
    }
}

fn operations(text: &mut String, policy: &Policy, identity: &Identity, provider: &ProviderConfig) {
    let mut lists: [(&str, Vec<&str>); 3] = [
        ("may", Vec::new()),
        ("may, with some keys or algorithms", Vec::new()),
        ("may not", Vec::new()),
    ];
    let own = (provider.registration.opcodes)();
    let served = Opcode::ALL.iter().filter(|opcode| {
        opcode.served_by() == ServedBy::Crypto && dispatch::serves(&own, **opcode)
    });
    for opcode in served {
        let request = AccessRequest {
            caller: Some(identity),
            provider: provider.id,
            instance: &provider.name,
            opcode: *opcode,
            algorithm: None,
            key: None,
        };
        let list = match policy.outlook(&request) {
            Match::Yes => 0,
            Match::Depends => 1,
            Match::No => 2,
        };
        lists[list].1.push(opcode.name());
    }
    let _ = writeln!(text, "  with {} ({}):", provider.id.name(), provider.name);
    for (what, opcodes) in lists {
        if !opcodes.is_empty() {
            let _ = writeln!(text, "    {what}: {}", opcodes.join(", "));
        }
    }
}
