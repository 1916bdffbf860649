# {{ banner }}
"""Operations: {{ title }}."""

from __future__ import annotations
{% for line in imports %}
{{ line }}
{%- endfor %}


class {% if is_async %}Async{% endif %}{{ class }}({% if is_async %}Async{% endif %}Operations):
    """Operations: {{ title }}."""
{% for operation in operations %}
{% if is_async %}{{ operation.async_signature.join("\n") }}{% else %}{{ operation.signature.join("\n") }}{% endif %}
{{ operation.doc }}
{%- if !operation.arguments.is_empty() %}

        Args:
{%- for line in operation.arguments %}
{{ line }}
{%- endfor %}

        """
{%- endif %}
{% if is_async %}{{ operation.async_call.join("\n") }}{% else %}{{ operation.call.join("\n") }}{% endif %}
        return cast({{ operation.output }}, response)
{% endfor %}
