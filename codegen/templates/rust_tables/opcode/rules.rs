// {{ banner }}

//! Who serves each operation, who may call it, and its effect on keys.

use super::Opcode;

/// Which kind of provider serves an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ServedBy {
    /// The service itself.
    Core,
    /// A provider that holds keys.
    Crypto,
}

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallerKind {
    /// Everyone who reaches the socket.
    Anyone,
    /// An application that says who it is.
    Application,
    /// An application that the configuration names as administrator.
    Administrator,
}

impl Opcode {
    /// Which kind of provider serves the operation.
    pub fn served_by(self) -> ServedBy {
        match self {
{%- if !core.is_empty() %}
            {% for operation in core %}{% if !loop.first %} | {% endif %}Self::{{ operation.name.rust_type() }}{% endfor %} => ServedBy::Core,
{%- endif %}
            _ => ServedBy::Crypto,
        }
    }

    /// Who may call the operation.
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

    /// Whether the operation is listed to every client, or only to those that set the extension flag.
    pub fn is_listed_to_all(self) -> bool {
        {% if listed_to_all.is_empty() %}false{% else %}matches!(self, {% for operation in listed_to_all %}{% if !loop.first %} | {% endif %}Self::{{ operation.name.rust_type() }}{% endfor %}){% endif %}
    }

    /// Whether the operation makes a new key.
    pub fn makes_key(self) -> bool {
        {% if makes_key.is_empty() %}false{% else %}matches!(self, {% for operation in makes_key %}{% if !loop.first %} | {% endif %}Self::{{ operation.name.rust_type() }}{% endfor %}){% endif %}
    }

    /// The usage flags of existing keys that permit the operation: their policies must have one.
    pub fn usage(self) -> &'static [&'static str] {
        match self {
{%- for (operation, flags) in usage %}
            Self::{{ operation.name.rust_type() }} => &[{% for flag in flags %}"{{ flag }}",{% endfor %}],
{%- endfor %}
            _ => &[],
        }
    }

    /// Whether the service does the work, for every provider.
    pub fn is_handled_by_service(self) -> bool {
        {% if handled_by_service.is_empty() %}false{% else %}matches!(self, {% for operation in handled_by_service %}{% if !loop.first %} | {% endif %}Self::{{ operation.name.rust_type() }}{% endfor %}){% endif %}
    }

    /// Whether the operation makes or removes something that outlives the call, so that calling it
    /// twice is not the same as calling it once.
    pub fn changes_state(self) -> bool {
        {% if changes_state.is_empty() %}false{% else %}matches!(self, {% for operation in changes_state %}{% if !loop.first %} | {% endif %}Self::{{ operation.name.rust_type() }}{% endfor %}){% endif %}
    }
}
