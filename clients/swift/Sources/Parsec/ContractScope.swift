/// The types that operations share, generated from the contracts: key attributes, algorithms,
/// policies. Their JSON form is the same in every language and in the command line.
public enum Contract {}
