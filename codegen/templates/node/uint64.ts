// {{ banner }}

/** An integer: a `bigint` if a `number` is not exact. */
export type Uint64 = number | bigint
