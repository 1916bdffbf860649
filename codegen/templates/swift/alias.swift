extension Contract {
    /// {{ doc }}
    public typealias {{ name }} = {{ base }}
}
