// {{ banner }}

//! The names that algorithms, types of keys and areas of operations are made of.

/// Every word that an algorithm can be described by, sorted.
pub const ALGORITHM: &[&str] = &[
{%- for word in algorithm %}
    "{{ word }}",
{%- endfor %}
];

/// Every word that a type of key can be described by, sorted.
pub const KEY_TYPE: &[&str] = &[
{%- for word in key_type %}
    "{{ word }}",
{%- endfor %}
];

/// The functional areas, in the order of the book.
pub const AREA: &[&str] = &[
{%- for area in areas %}
    "{{ area }}",
{%- endfor %}
];
