extension Contract {
{{ self::doc(doc, 4) }}
    public typealias {{ name }} = {{ base }}
}
