{%- if handle.role.is_none() %}
impl Key {
    pub(crate) fn new(core: KeyCore<{{ transport }}>) -> Self {
        Self { core }
    }

    fn with_core(&self, core: KeyCore<{{ transport }}>) -> Self {
        Self { core }
    }

    /// The public key, if the key has one in a form that this client supports.
    pub fn public_key(&self) -> Option<&PublicKey> {
        self.core.public_key()
    }

{%- if blocking %}
    /// Returns a handle of the same key with its own connections, for async code.
    pub fn to_async(&self) -> crate::Key {
        crate::Key::new(self.core.with_own_connections())
    }
{%- else %}
    /// Returns a handle of the same key with its own connections, for blocking code.
    pub fn to_blocking(&self) -> crate::blocking::Key {
        crate::blocking::Key::new(self.core.with_own_connections())
    }
{%- endif %}

    /// Returns a handle of the same key with another timeout for each response.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self::new(self.core.with_timeout(timeout))
    }
}
{%- else %}
impl Key {
    /// Converts into the handle of a key with this role: see [`{{ class }}`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the policy of the key
    /// gives it another role.
    pub fn into_{{ handle.name.snake() }}(self) -> Result<{{ class }}> {
        self.core.check_role(Role::{{ handle.role.as_ref().unwrap().camel() }})?;
{%- if has_public_key %}
        let public_key = self.core.expect_public_key()?;
{%- endif %}
        Ok({{ class }} {
            core: self.core,
{%- if has_public_key %}
            public_key,
{%- endif %}
        })
    }
}

impl {{ class }} {
    fn with_core(&self, core: KeyCore<{{ transport }}>) -> Self {
        Self {
            core,
{%- if has_public_key %}
            public_key: self.public_key.clone(),
{%- endif %}
        }
    }

    /// Returns a handle of the same key without its role.
    pub fn key(&self) -> Key {
        Key::new(self.core.clone())
    }
{%- if has_public_key %}

    /// The public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }
{%- endif %}
}
{%- endif %}

impl {{ class }} {
    /// The name of the key.
    pub fn name(&self) -> &str {
        self.core.name()
    }

    /// The provider that holds the key.
    pub fn provider(&self) -> ProviderId {
        self.core.provider()
    }

    /// The type, the size and the policy of the key.
    pub fn attributes(&self) -> &KeyAttributes {
        self.core.attributes()
    }
}
