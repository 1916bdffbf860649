// {{ banner }}

package org.parsec.client

import org.parsec.client.ffi.NativeSpec
import org.parsec.client.internal.lower
{% for object in objects %}
{%- for line in object.doc %}
{{ line }}
{%- endfor %}
public object {{ object.name }} {
{%- for member in object.members %}
{%- if !loop.first %}
{% endif %}
{%- for line in member.doc %}
    {{ line }}
{%- endfor %}
    @JvmField public val {{ member.name }}: {{ member.spec }} = {{ member.value }}
{%- if let Some(sized) = member.sized %}

    /** {{ sized.doc }} */
    @JvmStatic
{%- for line in sized.lines %}
    {{ line }}
{%- endfor %}
{%- endif %}
{%- endfor %}
}
{% endfor %}
