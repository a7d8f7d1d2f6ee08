// The versions of Node that the packed tool is tried on: the one that runs the tests, and those that npm has for this
// machine.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

const MAJORS = ['20', '22', '24']
const OWN = process.versions.node.split('.')[0]
/** Kept between runs of the tests: a version takes 60 MB to download. */
const PLACE = resolve(import.meta.dirname, '../../../../node_modules/.cache/nodes')

/** A version of Node, and the program; undefined where it cannot be had. */
export interface NodeVersion {
  readonly major: string
  readonly program: string | undefined
}

/** The supported versions, each installed by npm if need be. */
export function nodeVersions(): NodeVersion[] {
  return MAJORS.map((major) => ({
    major,
    program: major === OWN ? process.execPath : installed(major),
  }))
}

/** From the package `node-PLATFORM-ARCH`, which holds nothing but the program. */
function installed(major: string): string | undefined {
  const name = `node-${process.platform}-${process.arch}`
  const prefix = join(PLACE, major)
  const program = join(prefix, 'node_modules', name, 'bin', 'node')
  if (existsSync(program)) return program
  mkdirSync(prefix, { recursive: true })
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--prefer-offline']
  spawnSync('npm', ['install', '--prefix', prefix, ...quiet, `${name}@${major}`])
  return existsSync(program) ? program : undefined
}
