// {{ banner }}

//! The words in the names of algorithms, key types and areas of operations.

/// All words in the names of algorithms, sorted.
pub const ALGORITHM: &[&str] = &[
{%- for word in algorithm %}
    "{{ word }}",
{%- endfor %}
];

/// All words in the names of key types, sorted.
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
