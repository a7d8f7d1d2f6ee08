// Where everything of a project is. A layout is made once, by whoever opens the project, and passed on. The names of
// the runner's files and folders are spelt here and nowhere else.
import { join } from 'node:path'

export const PIPELINE_FILE = 'pipeline.yaml'
/** The file whose values ${} expressions take, and that bare params name. */
export const PARAMS_FILE = 'params.yaml'
export const LOCK_FILE = 'pipeline.lock'
/** The folder of a project's own state, where a layout does not say otherwise. */
export const STATE_FOLDER = '.weir'
const REPORTS_FOLDER = 'reports'

/** Absolute paths of all that the runner reads or writes beside the files that stages declare. */
export interface Layout {
  /** The project: paths in pipeline.yaml are relative to it. */
  readonly root: string
  readonly pipeline: string
  readonly params: string
  readonly lock: string
  /** The notebook of the last run, unless a stage uses that path. */
  readonly notebook: string
  /** The notebook's path in that case. */
  readonly notebookInState: string
  /** The folder of all that follows, unless a layout says otherwise. */
  readonly state: string
  /** The mutex that a run holds while it works. */
  readonly mutex: string
  /** The contents of outputs, by hash. */
  readonly cache: string
  /**
   * The run cache: records of runs by key. Its folder keeps the name of earlier versions, as do both kinds of
   * journals.
   */
  readonly runCache: string
  readonly memo: string
  /** Drawings of charts, by hash. */
  readonly charts: string
  /** Bundles of cells, by hash. */
  readonly cells: string
  /** The journal of pipeline.lock: what the running run has recorded and not yet written into the lock file. */
  readonly lockJournal: string
  /** Scratch folders, one a run, for unfinished outputs. */
  readonly scratch: string
  /** The log of each stage's last attempt. */
  readonly logs: string
  /** The journals of the last runs: what happened in each, with its logs. */
  readonly runJournals: string
  /** Marks of running stages, which earlier versions wrote. */
  readonly oldMarks: string
}

/** What a layout may have elsewhere. */
export interface LayoutOptions {
  /**
   * Another lock file, with its journal beside it, for a program whose runs must not change pipeline.lock; absolute.
   */
  readonly lock?: string
  /** Another folder for the state; absolute. */
  readonly state?: string
  /** Folders of another project's state, so that two workspaces have one cache; absolute. */
  readonly cache?: string
  readonly runCache?: string
  /** Another folder for the packed code of cells; absolute. */
  readonly cells?: string
}

/** The layout of the project in a folder. */
export function layoutOf(root: string, options: LayoutOptions = {}): Layout {
  const { state = join(root, STATE_FOLDER) } = options
  const { cache = join(state, 'cache'), runCache = join(state, 'runs') } = options
  const memo = join(state, 'memo')
  return {
    root,
    pipeline: join(root, PIPELINE_FILE),
    params: join(root, PARAMS_FILE),
    lock: options.lock ?? join(root, LOCK_FILE),
    notebook: join(root, REPORTS_FOLDER, 'index.html'),
    notebookInState: join(state, 'notebook.html'),
    state,
    mutex: join(state, 'run.lock'),
    cache,
    runCache,
    memo,
    charts: join(memo, 'charts'),
    cells: options.cells ?? join(state, 'cells'),
    lockJournal: options.lock === undefined ? join(state, 'journal') : `${options.lock}.journal`,
    scratch: join(state, 'tmp'),
    logs: join(state, 'logs'),
    runJournals: join(state, 'history'),
    oldMarks: join(state, 'running'),
  }
}
