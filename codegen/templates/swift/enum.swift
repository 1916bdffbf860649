extension Contract {
    /// {{ doc }}
    public enum {{ name }}: Swift.String, Swift.Sendable, Swift.Hashable, Swift.Codable, Swift.CaseIterable {
{%- for found in cases %}
        /// {% if found.doc.is_empty() %}`{{ found.tag }}` in the contracts.{% else %}{{ found.doc }}{% endif %}
        case {{ found.name }} = "{{ found.tag }}"
{%- endfor %}
    }
}
