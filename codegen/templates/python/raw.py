# {{ banner }}
"""Every operation as the contracts have it: their names, no defaults, nothing chosen."""

from __future__ import annotations

import typing as _t

from . import types

#: Bytes that go in.
BytesLike = _t.Union[bytes, bytearray, memoryview]


class Caller(_t.Protocol):
    """Sends an operation to a provider, or to the client's own where it is ``None``."""

    def call(
        self, operation: str, provider: _t.Optional[int], fields: dict[str, object]
    ) -> dict[str, object]:
        """The fields that the service answers."""
        ...


class AsyncCaller(_t.Protocol):
    """As :class:`Caller`, for asyncio."""

    def call(
        self, operation: str, provider: _t.Optional[int], fields: dict[str, object]
    ) -> _t.Awaitable[dict[str, object]]:
        """The fields that the service answers."""
        ...
{% for twin in ["", "Async"] %}

class {{ twin }}Raw:
    """Every operation of the service{% if twin == &"Async" %}, for asyncio{% endif %}."""

    def __init__(self, caller: {{ twin }}Caller) -> None:
        self._caller = caller
{% for operation in operations %}
    {% if twin == &"Async" %}async {% endif %}def {{ operation.method }}(
        self,
{%- if !operation.inputs.is_empty() || !operation.core %}
        *,
{%- endif %}
{%- for field in operation.inputs %}
        {{ field.argument }}: {{ field.type_name }}{% if field.optional %} = None{% endif %},
{%- endfor %}
{%- if !operation.core %}
        {{ operation.provider }}: _t.Optional[int] = None,
{%- endif %}
    ) -> types.{{ operation.output }}:
        """{{ operation.doc }}
{%- if !operation.inputs.is_empty() %}

        Args:
{%- for field in operation.inputs %}
            {{ field.argument }}: {{ field.doc }}
{%- endfor %}
        {% endif %}"""
        answer = {% if twin == &"Async" %}await {% endif %}self._caller.call(
            "{{ operation.name }}",
            {% if operation.core %}0{% else %}{{ operation.provider }}{% endif %},
            {
{%- for field in operation.inputs %}
                "{{ field.name }}": {{ field.argument }},
{%- endfor %}
{%- if !operation.inputs.is_empty() %}
            {% endif %}},
        )
        return _t.cast(types.{{ operation.output }}, answer)
{% endfor %}
{%- endfor %}
