// The contract of ports: what a cell reads and writes, each a value that any package can make.

/** What `run` is given of every port; a kind of port adds its ways to read or write. */
export interface Opened {
  /** Absolute path. */
  readonly path: string
}

/** Where a port of one stage instance is. */
export interface PortPlace {
  /** The path as pipeline.yaml has it, with expressions replaced: what messages call it. */
  readonly name: string
  /** Absolute path. An input is there; of an output only the folder that holds it. */
  readonly path: string
}

/** A dependency or output of a cell. `In` is what `run` gets of it as an input, `Out` what it gets as an output. */
export interface Port<In extends Opened = Opened, Out extends Opened = Opened> {
  /** One word, for people: `json`, `table`. */
  readonly kind: string
  /** The path as in pipeline.yaml: a template in the scope of the stage (`${data.definition}`). */
  readonly path: string
  /** What its output must be when the cell has run; either will do where this is left out. */
  readonly form?: 'file' | 'folder'
  input(place: PortPlace): In
  output(place: PortPlace): Out
}

/** Ports by the name that the cell gives them. */
export type Ports = Readonly<Record<string, Port>>
/** A cell without such ports. */
export type NoPorts = Readonly<Record<never, never>>

/** What `run` gets as `inputs`. */
export type InputsOf<Named extends Ports> = {
  readonly [Name in keyof Named]: ReturnType<Named[Name]['input']>
}
/** What `run` gets as `outputs`. */
export type OutputsOf<Named extends Ports> = {
  readonly [Name in keyof Named]: ReturnType<Named[Name]['output']>
}
