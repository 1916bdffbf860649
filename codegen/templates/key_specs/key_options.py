# {{ banner }}
"""The enumerations of options."""

from __future__ import annotations

import enum

{{ exported }}


class Hash(str, enum.Enum):
    """A hash function; its value is the name in the contracts.

    >>> parsec.Hash.SHA_256.value
    'sha-256'
    >>> parsec.Hash("sha-384").digest_size
    48
    """
{% for hash in hashes %}
    {{ hash.name.shouty() }} = "{{ hash.name.kebab() }}"
{%- endfor %}

    def __str__(self) -> str:
        return self.value

    @property
    def hashlib_name(self) -> str:
        """Its name in :mod:`hashlib`."""
        name = self.value.replace("sha-", "sha").replace("ripemd-", "ripemd")
        return name.replace("-", "_")

    @property
    def digest_size(self) -> int:
        """The length of a hash in bytes."""
        return _DIGEST_SIZES[self.value]


_DIGEST_SIZES = {
{%- for hash in hashes %}
{%- if let Some(length) = hash.length %}
    "{{ hash.name.kebab() }}": {{ length }},
{%- endif %}
{%- endfor %}
}
{% for choice in choices %}

class {{ choice.name }}(str, enum.Enum):
    """{{ choice.doc }}
{% if let Some((_, constant, value)) = choice.values.first() %}
    >>> parsec.{{ choice.name }}("{{ value }}")
    <{{ choice.name }}.{{ constant }}: '{{ value }}'>
    """
{% endif %}
{%- for (doc, constant, value) in choice.values %}
{%- for line in doc %}
    #: {{ line }}
{%- endfor %}
    {{ constant }} = "{{ value }}"
{%- endfor %}

    def __str__(self) -> str:
        return self.value
{% endfor %}
