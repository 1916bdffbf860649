# {{ banner }}
"""Operations: {{ title }}."""

from __future__ import annotations

import typing as _t

from .. import types
from ..caller import {{ base.iter().cloned().collect::<Vec<_>>().join(", ") }}


class {% if is_async %}Async{% endif %}{{ class }}({% if is_async %}Async{% endif %}Operations):
    """Operations: {{ title }}."""
{% for operation in operations %}
    {% if is_async %}async {% endif %}def {{ operation.method }}(
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
        answer = {% if is_async %}await {% endif %}self._caller.call(
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
