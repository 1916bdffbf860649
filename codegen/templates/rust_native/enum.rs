{% for line in doc -%}
/// {{ line }}
{% endfor -%}
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum {{ name }} {
{%- for value in values %}
{%- for line in value.doc %}
    /// {{ line }}
{%- endfor %}
    {{ value.variant }},
{%- endfor %}
}

impl {{ name }} {
    /// Every value, in the order of their numbers.
    pub const ALL: &'static [Self] = &[{% for value in values %}Self::{{ value.variant }},{% endfor %}];

    /// The value with that number on the wire.
    pub fn from_number(number: u32) -> Option<Self> {
        match number {
{%- for value in values %}
            {{ value.number }} => Some(Self::{{ value.variant }}),
{%- endfor %}
            _ => None,
        }
    }

    /// Its number on the wire.
    pub fn number(self) -> u32 {
        match self {
{%- for value in values %}
            Self::{{ value.variant }} => {{ value.number }},
{%- endfor %}
        }
    }

    /// Its name in the contracts.
    pub fn name(self) -> &'static str {
        match self {
{%- for value in values %}
            Self::{{ value.variant }} => "{{ value.text }}",
{%- endfor %}
        }
    }

    /// The value of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.name() == name)
    }
{%- if has_lengths %}

    /// Bytes of its output.
    pub fn length(self) -> usize {
        match self {
{%- for value in values %}
            Self::{{ value.variant }} => {{ value.length }},
{%- endfor %}
        }
    }
{%- endif %}
}

impl FromWire<i32> for {{ name }} {
    fn from_wire(wire: i32) -> Result<Self, DecodeError> {
        u32::try_from(wire)
            .ok()
            .and_then(Self::from_number)
            .ok_or(DecodeError::Invalid { field: "{{ title }}" })
    }
}

impl IntoWire<i32> for {{ name }} {
    fn into_wire(self) -> i32 {
        // Numbers of protobuf enums are at most 2^31 - 1.
        self.number().cast_signed()
    }
}
