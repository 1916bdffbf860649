// {{ banner }}

@file:JvmName("Keys")
@file:JvmMultifileClass

package org.parsec.client

// IMPORTS
{%- for method in methods %}

/**
{%- for line in method.doc %}
 *{% if !line.is_empty() %} {{ line }}{% endif %}
{%- endfor %}
 */
{%- for line in method.suspending %}
{{ line }}
{%- endfor %}

/** As [{{ method.name }}], on the caller's thread. */
{%- for line in method.blocking %}
{{ line }}
{%- endfor %}

/** As [{{ method.name }}], for Java. */
{%- for line in method.future %}
{{ line }}
{%- endfor %}
{%- endfor %}
