/// The types that operations share, as the contracts have them: attributes of keys, algorithms,
/// policies. As JSON they have the form that every language and the command line use.
public enum Contract {}
