extension Contract {
{{ self::doc(doc, 4) }}
{{ self.declaration() }}
{%- for found in cases %}
{{ self::case_doc(found.doc, found.tag) }}
        case {{ found.name }} = "{{ found.tag }}"
{%- endfor %}
    }
}
