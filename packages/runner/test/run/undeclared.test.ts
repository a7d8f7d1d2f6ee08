// Which words of a command may be files, and which files of the project a stage names without declaring them.
import { describe, expect, it } from 'vitest'
import type { Stage } from '../../src/config/model.ts'
import { undeclaredPaths, wordsOf } from '../../src/plan/undeclared.ts'
import { stage } from '../graph/stages.ts'
import { folderWith } from '../project-folder.ts'

describe('wordsOf', () => {
  it.each([
    ['Rscript summary.R', ['summary.R']],
    ['./run.sh  in.txt', ['./run.sh', 'in.txt']],
    ['sort < in.txt > out.txt 2>&1', ['in.txt']],
    ['echo x>>count.log; cat a', ['x', 'a']],
    ['tool --in=data/x.csv -v --n=3 -o', ['data/x.csv', '3']],
    [`cat "my file.csv" 'b c' d\\ e "f"g`, ['my file.csv', 'b c', 'd e', 'fg']],
    ['cat a|sort|uniq && (cd b; ls c)', ['a', 'b', 'c']],
    ['test -e a || test b', ['a', 'b']],
    ['MODE=fast LANG=c python x.py', ['fast', 'c', 'x.py']],
    ['if test a; then build b; fi', ['a', 'b']],
    ['! grep a b', ['a', 'b']],
    ['# cat a\ncat b # c\ncat d', ['b', 'd']],
    ['cat $x "$y/z" *.txt a?b `c`', []],
    ['cat a=b', ['a=b', 'b']],
    ['', []],
  ])('%j', (command, words) => {
    expect(wordsOf(command)).toEqual(words)
  })
})

describe('undeclaredPaths', () => {
  const files = Object.fromEntries(
    [
      'in.txt',
      'lib/a.R',
      'lib/b.R',
      'data/x',
      'out/y',
      'p.yaml',
      'test/t',
      'node_modules/m/x',
      '.weir/y',
      '.git/z',
    ].map((path) => [path, '']),
  )
  const named = (line: string, more: Partial<Stage> = {}) => {
    const one = stage('s', ['data/x', 'in.txt'], ['out/y'], {
      params: [{ file: 'p.yaml', keys: null }],
      command: { kind: 'cmd', lines: line.split('\n') },
      ...more,
    })
    return undeclaredPaths(folderWith(files), one)
  }

  it.each([
    ['Rscript lib/a.R in.txt', ['lib/a.R']],
    ['Rscript ./lib//a.R\nRscript lib/a.R lib/b.R', ['lib/a.R', 'lib/b.R']],
    ['tool --lib=lib', ['lib']],
    ['tool gone.txt in.txt data/x data out out/y out/new p.yaml', []],
    ['test -e in.txt', []],
    ['ls . .. / /etc ../x ./', []],
    ['node_modules/m/x .weir/y .git/z', []],
    ['sh test/t', ['test/t']],
  ])('%j names %j', (line, expected) => {
    expect(named(line)).toEqual(expected)
  })

  it('has nothing to say of a cell', () => {
    expect(named('', { command: { kind: 'run', file: 'lib/a.R' } })).toEqual([])
  })

  it('takes what lies in a declared folder for declared', () => {
    const inside = stage('s', ['lib'], [], { command: { kind: 'cmd', lines: ['sh lib/a.R'] } })
    expect(undeclaredPaths(folderWith(files), inside)).toEqual([])
  })
})
