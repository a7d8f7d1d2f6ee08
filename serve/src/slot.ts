// A slot holds what is served now; a newer thing is loaded beside it and takes its place, or is refused and stays out.

/** Why the newest thing is not served. */
export interface Refusal {
  /** What was refused: `streamflow_churn v3`, a folder. */
  readonly what: string
  readonly reason: string
}

export interface Slot<T> {
  readonly current: T | null
  readonly refused: Refusal | null
}

/** A slot that looks for something newer by itself. */
export interface FollowingSlot<T> extends Slot<T> {
  /** Looks for something newer; never throws. Calls during a look lead to one more look. */
  refresh(): Promise<void>
}

/** Where a slot finds things. */
export interface Source<T> {
  /** A cheap mark that changes when there may be something new. Throws when it cannot be told. */
  mark(): Promise<string>
  /**
   * The newest thing: `same` where it is `current`, null where there is none.
   * Throws Refused, or any Error, when it cannot be served.
   */
  newest(current: T | null): Promise<T | 'same' | null>
}

/** What a slot tells about its changes. */
export interface SlotEvents<T> {
  swapped(next: T, before: T | null): void
  /** Told once a reason. */
  refused(refusal: Refusal): void
}

/** A failure that knows what was refused. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly what: string

  constructor(what: string, reason: string) {
    super(reason)
    this.what = what
  }
}

/** A slot that its owner fills. */
export interface OwnedSlot<T> extends Slot<T> {
  /** Takes what was found: null leaves what is there. Nothing is refused any more. */
  take(next: T | null): void
  /** Keeps what is there, and remembers why the newest is not. */
  refuse(error: unknown): void
}

/** An empty slot. `what` names its source in a refusal that does not say what was refused. */
export function ownedSlot<T>(what: string, events: SlotEvents<T>): OwnedSlot<T> {
  let current: T | null = null
  let refused: Refusal | null = null
  return {
    get current() {
      return current
    },
    get refused() {
      return refused
    },
    take: (next) => {
      refused = null
      if (next === null) return
      const before = current
      current = next
      events.swapped(next, before)
    },
    refuse: (error) => {
      const reason = error instanceof Error ? error.message : String(error)
      const next = { what: error instanceof Refused ? error.what : what, reason }
      const known = refused?.what === next.what && refused.reason === next.reason
      refused = next
      if (!known) events.refused(next)
    },
  }
}

/** A slot that is filled from a source. `what` names the source itself in a refusal. */
export function createSlot<T>(
  source: Source<T>,
  what: string,
  events: SlotEvents<T>,
): FollowingSlot<T> {
  const slot = ownedSlot(what, events)
  let seen: string | null = null

  async function look(): Promise<void> {
    try {
      const mark = await source.mark()
      // What was refused is tried again: it may be whole by now.
      if (mark === seen && slot.refused === null) return
      const next = await source.newest(slot.current)
      seen = mark
      slot.take(next === 'same' ? null : next)
    } catch (error) {
      slot.refuse(error)
    }
  }

  return {
    get current() {
      return slot.current
    },
    get refused() {
      return slot.refused
    },
    refresh: oneAtATime(look),
  }
}

/** Runs calls one after another; those that come during a run share the one after it. */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  return function call(): Promise<void> {
    if (running === null) {
      running = work().finally(() => {
        running = null
      })
      return running
    }
    next ??= running.then(() => {
      next = null
      return call()
    })
    return next
  }
}
