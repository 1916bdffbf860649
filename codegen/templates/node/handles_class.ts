// {{ banner }}

// IMPORTS
{%- for interface in options %}

/** {{ interface.doc }} */
export interface {{ interface.name }} extends {{ interface.extends }} {
{%- for (doc, field) in interface.fields %}
  /** {{ doc }} */
  {{ field }}
{%- endfor %}
}
{%- endfor %}

/**
{%- for line in doc %}
 * {{ line }}
{%- endfor %}
 */
export {% if is_base %}abstract {% endif %}class {{ class }} extends {{ parent }} {
{%- if own_class.is_none() %}
{%- if let Some(role) = role %}
  override readonly role = '{{ role }}'
{%- endif %}
{%- endif %}
{%- if let Some(public_key) = public_key %}
  /** The public key: plain data, for use without the service{% if *public_key == HasPublicKey::Some %}, if it has a form that the client knows{% endif %}. */
  readonly publicKey: PublicKey{% if *public_key == HasPublicKey::Some %} | undefined{% endif %}

  /** @internal */
  constructor(calls: KeyCalls) {
    super(calls)
    this.publicKey = {% if *public_key == HasPublicKey::Some %}optionalPublicKey{% else %}publicKey{% endif %}(calls)
  }
{%- endif %}
{%- for method in methods %}
{%- if !loop.first || role.is_some() && own_class.is_none() || public_key.is_some() %}
{% endif %}
  /**
{%- for line in method.doc %}
   * {{ line }}
{%- endfor %}
   */
  {{ method.signature }}
{%- for line in method.body %}
    {{ line }}
{%- endfor %}
  }
{%- endfor %}
}
{%- if let Some(own_class) = own_class %}

/** {{ summary }} */
export class {{ own_class }} extends {{ class }} {
  override readonly role = '{{ role.as_ref().unwrap() }}'
}
{%- endif %}
{%- if registers %}

declare module '../../keys/roles.js' {
  interface KeyOfRole {
    {{ role.as_ref().unwrap() }}: {% if let Some(own_class) = own_class %}{{ own_class }}{% else %}{{ class }}{% endif %}
  }
}
{%- endif %}
