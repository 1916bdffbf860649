// {{ banner }}

/** A whole number; a bigint if a number would not be exact. */
export type Uint64 = number | bigint
