//! The accounts of all clients that the service has seen recently.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, RwLock};
use std::time::Instant;

use parsec_contracts::Status;

use super::account::{ClientAccount, Totals, Usage};
use super::permit::Permit;
use super::principal::Principal;
use super::rules::LimitRules;
use crate::identity::Identity;
use crate::refusal::Refusal;
use crate::subordinates::Subordinates;
use crate::sync::{lock, read, write};

/// Idle accounts beyond this number are dropped: with the direct authenticator, callers can choose any
/// number of names.
const MAX_IDLE: usize = 4096;

/// The accounts of all clients.
#[derive(Debug)]
pub(crate) struct ClientRegistry {
    accounts: Mutex<HashMap<Principal, Arc<ClientAccount>>>,
    disabled: RwLock<HashSet<Identity>>,
    next_id: AtomicU64,
    totals: Arc<Totals>,
}

impl ClientRegistry {
    /// A registry without accounts, which refuses the clients in `disabled`.
    pub(crate) fn new(
        rules: LimitRules,
        disabled: HashSet<Identity>,
        subordinates: Arc<Subordinates>,
    ) -> Self {
        Self {
            accounts: Mutex::default(),
            disabled: RwLock::new(disabled),
            next_id: AtomicU64::new(1),
            totals: Arc::new(Totals::new(rules, subordinates)),
        }
    }

    /// Replaces the limits. Permits taken before stay valid.
    pub(crate) fn set_rules(&self, rules: LimitRules) {
        *write(&self.totals.rules) = Arc::new(rules);
    }

    /// The limits in effect.
    pub(crate) fn rules(&self) -> Arc<LimitRules> {
        self.totals.rules()
    }

    /// Returns the principal's account, and creates it if it is missing.
    pub(crate) fn account(&self, principal: &Principal) -> Arc<ClientAccount> {
        let range_owner = self.totals.range_owner(principal);
        let mut accounts = self.accounts();
        let range_owner = range_owner.map(|owner| self.account_in(&mut accounts, &owner, None));
        self.account_in(&mut accounts, principal, range_owner)
    }

    fn account_in(
        &self,
        accounts: &mut HashMap<Principal, Arc<ClientAccount>>,
        principal: &Principal,
        range_owner: Option<Arc<ClientAccount>>,
    ) -> Arc<ClientAccount> {
        if let Some(account) = accounts.get(principal) {
            let id = |owner: &Option<Arc<ClientAccount>>| {
                owner.as_ref().map(|owner| owner.scheduling_id())
            };
            // The ranges of subordinate ids may have changed.
            if id(&account.range_owner) == id(&range_owner) {
                return Arc::clone(account);
            }
        }
        if accounts.len() >= MAX_IDLE {
            accounts.retain(|_, account| account.is_in_use());
        }
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let account = ClientAccount::new(principal.clone(), id, range_owner, &self.totals);
        let account = Arc::new(account);
        accounts.insert(principal.clone(), Arc::clone(&account));
        account
    }

    /// Admits a request of `bytes`. The caller keeps the permit until the request is answered.
    pub(crate) fn admit(&self, account: &ClientAccount, bytes: u64) -> Result<Permit, Refusal> {
        account.count_request();
        // Requests of a disabled client count as well: its flood costs as much as another's.
        let admitted = account.admit(bytes).and_then(|permit| {
            self.refuse_disabled(account)?;
            Ok(permit)
        });
        if admitted.is_err() {
            account.count_refused();
        }
        admitted
    }

    /// Charges an admitted request for `items` instead of one.
    pub(crate) fn charge(&self, account: &ClientAccount, items: u64) {
        let Some(more) = items.checked_sub(1).filter(|more| *more > 0) else {
            return;
        };
        let (rules, time) = (self.rules(), Instant::now());
        let charged = [
            (&account.rate, rules.of(&account.principal)),
            (&self.totals.rate, rules.total()),
        ];
        for (rate, limits) in charged {
            if let Some(per_second) = limits.requests_per_second {
                rate.charge(more, per_second, time);
            }
        }
    }

    fn refuse_disabled(&self, account: &ClientAccount) -> Result<(), Refusal> {
        match account.identity() {
            Some(identity) if self.is_disabled(identity) => {
                Err(Refusal::of(Status::ClientDisabled))
            }
            _ => Ok(()),
        }
    }

    /// Whether an administrator has disabled the client.
    pub(crate) fn is_disabled(&self, identity: &Identity) -> bool {
        let disabled = read(&self.disabled);
        // Avoids the hash in the usual case of no disabled client.
        !disabled.is_empty() && disabled.contains(identity)
    }

    /// Disables or enables a client from its next request on.
    pub(crate) fn set_disabled(&self, identity: &Identity, is_disabled: bool) {
        let mut disabled = write(&self.disabled);
        if is_disabled {
            disabled.insert(identity.clone());
        } else {
            disabled.remove(identity);
        }
    }

    /// The disabled clients.
    pub(crate) fn disabled(&self) -> Vec<Identity> {
        let disabled = read(&self.disabled);
        disabled.iter().cloned().collect()
    }

    /// The use and history of each application.
    pub(crate) fn usage(&self) -> Vec<(Identity, Usage)> {
        let accounts = self.accounts();
        let applications = accounts
            .values()
            .filter_map(|account| Some((account.identity()?.clone(), account.usage())));
        applications.collect()
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<Principal, Arc<ClientAccount>>> {
        lock(&self.accounts)
    }
}

#[cfg(test)]
impl ClientRegistry {
    /// The number of accounts.
    pub(super) fn account_count(&self) -> usize {
        self.accounts().len()
    }
}
