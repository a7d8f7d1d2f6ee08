// The git state of a folder: its commit, and whether files differ from it.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** The commit that is checked out, and whether a tracked file differs from it. */
export interface GitState {
  readonly commit: string | null
  readonly dirty: boolean
}

const COMMIT = /^# branch\.oid ([0-9a-f]+)$/m
const CHANGED = /^[^#]/m

/** The state of a folder's repository; null without git, outside a repository, or where the signal ends it. */
export async function gitState(folder: string, signal?: AbortSignal): Promise<GitState | null> {
  const args = ['status', '--porcelain=v2', '--branch', '--untracked-files=no']
  try {
    // Git takes no lock here, so that this does not disturb git commands of other processes.
    const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0' }
    const { stdout } = await promisify(execFile)('git', args, {
      cwd: folder,
      env,
      signal,
      maxBuffer: Number.POSITIVE_INFINITY,
    })
    const [, commit = null] = COMMIT.exec(stdout) ?? []
    return { commit, dirty: CHANGED.test(stdout) }
  } catch {
    return null
  }
}
