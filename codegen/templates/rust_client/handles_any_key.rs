// {{ banner }}

//! Keys by their role{% if blocking %}, blocking{% else %}, async{% endif %}.

use super::{
    Key,
{%- for key in keys %}
    {{ key.name.camel() }},
{%- endfor %}
};
use crate::client_core::Role;

/// A key with the role that its policy gives it. From [`Key::into_any`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AnyKey {
{%- for key in keys %}
    /// {{ key.summary }}
    {{ key.role.as_ref().unwrap().camel() }}({{ key.name.camel() }}),
{%- endfor %}
    /// A key with a policy that fits no other handle.
    Other(Key),
}

impl Key {
    /// Converts a key into the handle that fits its policy.
    pub fn into_any(self) -> AnyKey {
        let any = match self.core.role() {
{%- for key in keys %}
            Some(Role::{{ key.role.as_ref().unwrap().camel() }}) => {
                self.clone().into_{{ key.name.snake() }}().map(AnyKey::{{ key.role.as_ref().unwrap().camel() }})
            }
{%- endfor %}
            None => return AnyKey::Other(self),
        };
        any.unwrap_or(AnyKey::Other(self))
    }
}

impl AnyKey {
    /// The name of the role:{% for key in keys %} `{{ key.role.as_ref().unwrap().kebab() }}`,{% endfor %} or `other`.
    pub fn role(&self) -> &'static str {
        match self {
{%- for key in keys %}
            Self::{{ key.role.as_ref().unwrap().camel() }}(_) => "{{ key.role.as_ref().unwrap().kebab() }}",
{%- endfor %}
            Self::Other(_) => "other",
        }
    }

    /// Returns a handle of the same key without its role.
    pub fn key(&self) -> Key {
        match self {
{%- for key in keys %}
            Self::{{ key.role.as_ref().unwrap().camel() }}(key) => key.key(),
{%- endfor %}
            Self::Other(key) => key.clone(),
        }
    }
}
