// {{ banner }}

//! The provider of each operation, its callers, and its effect on keys.

use super::Opcode;

/// The kind of provider that serves an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ServedBy {
    /// The service itself.
    Core,
    /// A provider that holds keys.
    Crypto,
}

/// The callers that may use an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallerKind {
    /// Any process that can connect to the socket.
    Anyone,
    /// An authenticated application.
    Application,
    /// An application that the configuration lists as an administrator.
    Administrator,
}

impl Opcode {
    /// The kind of provider that serves the operation.
    pub fn served_by(self) -> ServedBy {
        match self {
{%- if !core.is_empty() %}
            {% for operation in core %}{% if !loop.first %} | {% endif %}Self::{{ operation.name.rust_type() }}{% endfor %} => ServedBy::Core,
{%- endif %}
            _ => ServedBy::Crypto,
        }
    }

    /// The callers that may use the operation.
    pub fn caller(self) -> CallerKind {
        match self {
{%- if !anyone.is_empty() %}
            {% for operation in anyone %}{% if !loop.first %} | {% endif %}Self::{{ operation.name.rust_type() }}{% endfor %} => CallerKind::Anyone,
{%- endif %}
{%- if !administrator.is_empty() %}
            {% for operation in administrator %}{% if !loop.first %} | {% endif %}Self::{{ operation.name.rust_type() }}{% endfor %} => CallerKind::Administrator,
{%- endif %}
            _ => CallerKind::Application,
        }
    }

    /// Whether `list_opcodes` contains the operation for all clients, or only for those that set
    /// the extension flag.
    pub fn is_listed_to_all(self) -> bool {
        {% if listed_to_all.is_empty() %}false{% else %}matches!(self, {% for operation in listed_to_all %}{% if !loop.first %} | {% endif %}Self::{{ operation.name.rust_type() }}{% endfor %}){% endif %}
    }

    /// Whether the operation creates a key.
    pub fn makes_key(self) -> bool {
        {% if makes_key.is_empty() %}false{% else %}matches!(self, {% for operation in makes_key %}{% if !loop.first %} | {% endif %}Self::{{ operation.name.rust_type() }}{% endfor %}){% endif %}
    }

    /// The usage flags that permit the operation. The policy of the key must have one of them.
    pub fn usage(self) -> &'static [&'static str] {
        match self {
{%- for (operation, flags) in usage %}
            Self::{{ operation.name.rust_type() }} => &[{% for flag in flags %}"{{ flag }}",{% endfor %}],
{%- endfor %}
            _ => &[],
        }
    }

    /// Whether the service executes the operation itself, for every provider.
    pub fn is_handled_by_service(self) -> bool {
        {% if handled_by_service.is_empty() %}false{% else %}matches!(self, {% for operation in handled_by_service %}{% if !loop.first %} | {% endif %}Self::{{ operation.name.rust_type() }}{% endfor %}){% endif %}
    }

    /// Whether the operation changes state that outlives the call, so that it is not idempotent.
    pub fn changes_state(self) -> bool {
        {% if changes_state.is_empty() %}false{% else %}matches!(self, {% for operation in changes_state %}{% if !loop.first %} | {% endif %}Self::{{ operation.name.rust_type() }}{% endfor %}){% endif %}
    }
}
