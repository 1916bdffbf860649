# {{ banner }}
"""The providers of the contracts."""

from __future__ import annotations

import enum


class Provider(enum.IntEnum):
    """Where keys live, by the number on the wire.

    >>> parsec.Provider.TPM
    <Provider.TPM: 3>
    """
{% for provider in providers %}
    {{ provider.name.snake()|upper }} = {{ provider.id }}
    """{{ self::one_line(provider.description) }}"""
{%- endfor %}
