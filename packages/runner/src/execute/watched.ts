// A value whose changes can be waited for.

export interface Watched<Value> {
  readonly value: Value
  set(value: Value): void
  /** No further value comes: who waits or asks is given the error. */
  fail(error: unknown): void
  /** The value, once it is as wanted. */
  changed(wanted: (value: Value) => boolean): Promise<Value>
}

export function createWatched<Value>(first: Value): Watched<Value> {
  let value = first
  let failure: { readonly error: unknown } | undefined
  let waiting: (() => void)[] = []
  const wake = (): void => {
    const woken = waiting
    waiting = []
    for (const call of woken) call()
  }
  return {
    get value() {
      return value
    },
    set(next) {
      value = next
      wake()
    },
    fail(error) {
      failure = { error }
      wake()
    },
    async changed(wanted) {
      for (;;) {
        if (failure) throw failure.error
        if (wanted(value)) return value
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
  }
}
