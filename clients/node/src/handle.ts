/** The base of all handles. */

/** A handle: an object whose methods call the addon. */
export abstract class Handle<Calls extends object> {
  /** @internal */
  declare protected readonly calls: Calls

  /** @internal */
  constructor(calls: Calls) {
    // Not enumerable, so that `console.log` shows only public properties.
    Object.defineProperty(this, 'calls', { value: calls })
  }
}
