# {{ banner }}
"""The providers of the contracts."""

from __future__ import annotations

import enum


class Provider(enum.IntEnum):
    """A provider, which holds keys. The value is its number in the wire protocol.

    >>> parsec.Provider.TPM
    <Provider.TPM: 3>
    """
{% for provider in providers %}
    {{ provider.name.snake()|upper }} = {{ provider.id }}
    """{{ self::one_line(provider.description) }}"""
{%- endfor %}
