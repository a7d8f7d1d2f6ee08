// What is warned of before a stage runs: secrets that are not set, and files that a command names and nobody declared.
import { describe, expect, it } from 'vitest'
import { undeclaredPaths } from '../../src/plan/undeclared.ts'
import { unsetSecrets } from '../../src/plan/warnings.ts'
import { folderWith } from '../project-folder.ts'
import { stage } from './stages.ts'

describe('unsetSecrets', () => {
  const secret = stage('s', [], [], { secrets: ['A', 'B'] })

  it.each([
    [{}, ['A', 'B']],
    [{ A: 'x' }, ['B']],
    // An empty value is one that was set.
    [{ A: '', B: 'y' }, []],
    [{ C: 'x' }, ['A', 'B']],
  ])('of %o are %o', (env, names) => {
    const warned = unsetSecrets(secret, env)
    expect(warned.map(({ stage: name }) => name)).toEqual(names.map(() => 's'))
    for (const [at, name] of names.entries())
      expect(warned[at]?.message).toContain(`secret ${name} `)
  })
})

describe('undeclaredPaths', () => {
  const FILES = { 'run.py': '', 'lib/a.py': '', 'in.csv': '', 'with blank.csv': '' }
  const named = (line: string, deps: string[] = [], outs: string[] = []) =>
    undeclaredPaths(
      folderWith(FILES),
      stage('s', deps, outs, { command: { kind: 'cmd', lines: [line] } }),
    )

  it.each([
    ['python run.py', ['run.py']],
    ['python ./run.py', ['run.py']],
    ['python run.py run.py', ['run.py']],
    ['cat in.csv | python run.py > out.csv', ['in.csv', 'run.py']],
    ['python lib/a.py', ['lib/a.py']],
    ['ls lib', ['lib']],
    ['python nothing.py', []],
    ['echo', []],
    ['cat "with blank.csv"', ['with blank.csv']],
  ])('of %j are %o', (line, expected) => {
    expect([...named(line)].sort()).toEqual([...expected].sort())
  })

  it('are none that the stage declares, itself or by the folder', () => {
    expect(named('python run.py in.csv', ['run.py'], ['in.csv'])).toEqual([])
    expect(named('python lib/a.py', ['lib'])).toEqual([])
  })
})
