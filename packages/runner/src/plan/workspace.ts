// What every command works on: a loaded project with its lock file, caches and readers of dependencies.
import type { Problem } from '@weir/base'
import type { Layout, LayoutOptions } from '../config/layout.ts'
import type { CacheSettings, Pipeline } from '../config/model.ts'
import { findLayout } from '../config/root.ts'
import type { OpenExecutor } from '../execute/executor.ts'
import { type ContentStore, openContents } from '../store/content-store.ts'
import { openDiskObjects } from '../store/disk-objects.ts'
import { createFileWork, type FileWork } from '../store/file-work.ts'
import { createFileHasher, type FileHasher } from '../store/hash-files.ts'
import { type LockFile, openLock } from '../store/lock-file.ts'
import { type Memo, openMemo } from '../store/memo.ts'
import type { LinkKind } from '../store/object-file.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { openRunCache, type RunCache } from '../store/run-cache.ts'
import { type CodeReader, createCodeReader } from './code.ts'
import type { Graph } from './graph.ts'
import { loadProject, type Overlay } from './project.ts'
import { createStageProblems, type StageProblems } from './stage-problems.ts'

/** Resolves a `scheme://…` dependency to its canonical text; null where nothing is behind it. */
export type Resolver = (reference: string, root: string) => Promise<string | null>

/** What a workspace is opened with: the folder, the environment, scripts and resolvers. */
export interface Surroundings {
  readonly cwd: string
  /** The parts of the layout that lie elsewhere. */
  readonly layout?: LayoutOptions
  readonly env: Readonly<Record<string, string | undefined>>
  /** Names the version of this program; what is remembered from another one is not used. */
  readonly build: string
  /** The version of the tool, for people. */
  readonly version: string
  /** The script that a cell's process executes. */
  readonly cellHost: string
  /** The script of the threads that hash and copy files. */
  readonly fileThread: string
  /** Resolver by scheme. */
  readonly schemes: Readonly<Record<string, Resolver>>
  /** Opens what was worked out before, in a folder of the state; absent: a memo that keeps what is learnt. */
  readonly openMemo?: (folder: string) => Memo
  /** What runs the tasks of stages; absent: processes of this machine. */
  readonly executor?: OpenExecutor
}

export interface Workspace {
  readonly layout: Layout
  /** The layout's, which most of what follows needs alone. */
  readonly root: string
  /** What stands in for files, where a command looks at settings that are not written. */
  readonly overlay: Overlay
  readonly pipeline: Pipeline
  readonly graph: Graph
  readonly memo: Memo
  readonly work: FileWork
  readonly hasher: FileHasher
  readonly objects: ObjectStore
  /** What outputs hold, in that store. */
  readonly contents: ContentStore
  readonly runCache: RunCache
  readonly lock: LockFile
  readonly code: CodeReader
  readonly surroundings: Surroundings
  /** What keeps a stage from running, as far as it is known before it is looked at in full. */
  readonly problemsOf: StageProblems
}

export type Opened =
  | { readonly ok: true; readonly workspace: Workspace }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Finds the project, or says that there is none. */
export function projectLayout({ cwd, layout }: Surroundings): Layout | Problem {
  return (
    findLayout(cwd, layout) ?? {
      code: 'NO_PROJECT',
      message: `there is no pipeline.yaml in ${cwd} or in a folder above it`,
      hint: 'change to the folder of a project',
    }
  )
}

/**
 * Opens a project; every problem that leaves no pipeline is reported at once. Those of one stage are `problemsOf` it.
 * The signal ends what reads files for it.
 */
export async function openWorkspace(
  layout: Layout,
  surroundings: Surroundings,
  until?: AbortSignal,
  overlay: Overlay = {},
): Promise<Opened> {
  const { root } = layout
  const memo = (surroundings.openMemo ?? openMemo)(layout.memo)
  const loaded = await loadProject(layout, surroundings.build, overlay, memo)
  const lock = openLock(layout, { memo })
  const problems = [...(loaded.ok ? [] : loaded.problems), ...(lock.ok ? [] : [lock.problem])]
  if (!loaded.ok || !lock.ok || problems.length > 0) return { ok: false, problems }
  const work = createFileWork(surroundings.fileThread)
  const hasher = createFileHasher(memo, work, { until })
  const link = linkFor(loaded.pipeline.cache, process.getuid?.())
  const place = { folder: layout.cache, link }
  const workspace: Workspace = {
    layout,
    root,
    overlay,
    pipeline: loaded.pipeline,
    graph: loaded.graph,
    memo,
    work,
    hasher,
    objects: openDiskObjects(place, work),
    contents: openContents(place, hasher, work),
    runCache: openRunCache(layout.runCache),
    lock: lock.lock,
    code: createCodeReader(layout, memo, hasher),
    surroundings,
    problemsOf: createStageProblems(root, loaded.graph, Object.keys(surroundings.schemes)),
  }
  return { ok: true, workspace }
}

/** Root can write to read-only files, and would change the object behind a hard link, so root gets copies. */
export function linkFor({ link }: CacheSettings, user: number | undefined): LinkKind {
  return user === 0 ? 'copy' : link
}

/** The warning of a run that cannot follow the cache's link setting. */
export function linkWarning({ link }: CacheSettings, user: number | undefined): string | undefined {
  if (linkFor({ link }, user) === link) return undefined
  return `cache.link is ${link}, but root writes through read-only links: outputs are copies in this run`
}
