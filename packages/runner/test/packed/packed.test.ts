// The tool as its users get it: packed, installed into an empty folder, and run on each version of Node.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { consumer, emptyFolder, filesOf, packTool, REPO, write } from './consumer.ts'
import { nodeVersions } from './nodes.ts'

/** What the tool alone must not bring along. */
const HEAVY = ['@duckdb', '@tensorflow', 'fastify', 'arquero', 'apache-arrow', 'onnxruntime-node']

const PROJECT = {
  'pipeline.yaml': `stages:
  words: { run: stages/words.ts, params: [least], deps: [text.txt], outs: [words.json] }
  count: { run: stages/count.ts, deps: [words.json], outs: [count.txt] }
  shout: { cmd: tr a-z A-Z < text.txt > loud.txt, deps: [text.txt], outs: [loud.txt] }
`,
  'params.yaml': 'least: 3\n',
  'stages/shapes.ts': `import { Type } from '@sinclair/typebox'
export const Words = Type.Array(Type.String())
`,
  'stages/words.ts': `/** The long words of a text. */
import { Type } from '@sinclair/typebox'
import { defineStage, json, text } from '@weir/runner'
import { Words } from './shapes.ts'

export default defineStage({
  title: 'Words',
  params: { least: Type.Integer({ minimum: 1 }) },
  inputs: { text: text('text.txt') },
  outputs: { words: json('words.json', Words) },
  async run({ params, inputs, outputs, show, log }) {
    const least: number = params.least
    const words = (await inputs.text.read()).split(/\\W+/).filter((word) => word.length >= least)
    await outputs.words.write(words)
    show.table({ columns: ['word'], rows: words.map((word) => [word]) })
    log(words.length + ' words')
  },
})
`,
  'stages/count.ts': `import { defineStage, json, text } from '@weir/runner'
import { Words } from './shapes.ts'

export default defineStage({
  title: 'Count',
  inputs: { words: json('words.json', Words) },
  outputs: { count: text('count.txt') },
  async run({ inputs, outputs, metrics }) {
    const words = await inputs.words.read()
    metrics({ words: words.length })
    await outputs.count.write(String(words.length))
  },
})
`,
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      ...{ module: 'nodenext', target: 'es2023', strict: true, noEmit: true },
      ...{ allowImportingTsExtensions: true, types: ['node'] },
      // As `tsc --init` has it: the types of zx name packages that zx does not bring along.
      skipLibCheck: true,
      typeRoots: [join(REPO, 'node_modules', '@types')],
    },
    include: ['stages'],
  }),
}

const places: string[] = []
let tarballs: string[] = []
let root = ''

beforeAll(() => {
  const packed = emptyFolder()
  places.push(packed)
  tarballs = packTool(packed)
  root = consumer(tarballs, ['@sinclair/typebox@^0.34.52'])
  places.push(root)
  write(root, PROJECT)
}, 300_000)
afterAll(() => {
  for (const place of places) rmSync(place, { recursive: true, force: true })
})

describe('the tarball', () => {
  it('holds the program, the doors, their types, the command, a README and the licence', () => {
    const files = filesOf(tarballs.find((path) => path.includes('runner')) ?? '')
    for (const file of ['bin/weir.js', 'README.md', 'LICENSE', 'dist/door/cells.js'])
      expect(files).toContain(file)
    expect(files).toContain('dist/door/cells.d.ts')
    expect(files.filter((file) => /^dist\/program\/\w{32}\/main\.mjs$/.test(file))).toHaveLength(1)
  })

  // A source map would lead to sources that a tarball does not have.
  it('holds no sources, their maps, tests or notes of builds', () => {
    for (const tarball of tarballs)
      expect(
        filesOf(tarball).filter((file) => /^(src|test)\/|\.map$|tsconfig|tsbuildinfo/.test(file)),
      ).toEqual([])
  })

  it('installs without the packages of data, models and servers', () => {
    const names = readdirSync(join(root, 'node_modules'))
    expect(names.filter((name) => HEAVY.includes(name))).toEqual([])
    expect(readdirSync(join(root, 'node_modules', '@weir')).sort()).toEqual(['base', 'runner'])
  })
})

describe('a project beside the installed tool', () => {
  it('has types: a sound cell compiles, a wrong one does not', () => {
    const compile = (): string => {
      const tsc = join(REPO, 'node_modules', 'typescript', 'bin', 'tsc')
      try {
        return execFileSync(process.execPath, [tsc, '-p', root], { encoding: 'utf8' })
      } catch (error) {
        return (error as { stdout: string }).stdout
      }
    }
    expect(compile()).toBe('')
    const cell = PROJECT['stages/words.ts']
    write(root, { 'stages/words.ts': cell.replace('least: number', 'least: string') })
    expect(compile()).toContain("Type 'number' is not assignable to type 'string'")
    write(root, { 'stages/words.ts': cell })
  })

  it('tells of a cell that throws its line, and its stack by files that are there', () => {
    const cell = PROJECT['stages/words.ts']
    write(root, { 'stages/words.ts': cell.replace('const words =', 'null!.at; const words =') })
    write(root, { 'text.txt': 'word' })
    const weir = join(root, 'node_modules', '.bin', 'weir')
    const { stdout, stderr } = spawnSync(weir, ['run', '--json'], { cwd: root, encoding: 'utf8' })
    const { stages } = JSON.parse(stdout) as { stages: { error?: { place: object } }[] }
    expect(stages[0]?.error?.place).toEqual({ file: 'stages/words.ts', line: 13, col: 11 })
    const files = [...stderr.matchAll(/\((?:file:\/\/)?(\/.*?):\d+:\d+\)/g)].map(([, file]) => file)
    expect(files.length).toBeGreaterThan(2)
    expect(files.filter((file) => !existsSync(file ?? ''))).toEqual([])
    write(root, { 'stages/words.ts': cell })
  })

  it('is run by a program that imports the tool, with nothing on its streams but its own', () => {
    write(root, {
      'text.txt': 'by a program',
      'program.mjs': `import { open } from '@weir/runner/program'
const project = await open(import.meta.dirname)
const { stages } = await project.run()
const { words } = project.read().stage('count').record.metrics
console.log(JSON.stringify({ outcomes: stages.map(({ outcome }) => outcome), words }))
`,
    })
    const text = execFileSync(process.execPath, [join(root, 'program.mjs')], { encoding: 'utf8' })
    expect(JSON.parse(text)).toEqual({ outcomes: ['ran', 'ran', 'ran'], words: 1 })
  })

  for (const { major, program } of nodeVersions())
    it(`runs two cells and a shell stage on Node ${major}`, (context) => {
      if (program === undefined) {
        context.skip(`npm has no Node ${major} for ${process.platform}-${process.arch}`)
        return
      }
      const weir = join(root, 'node_modules', '@weir', 'runner', 'bin', 'weir.js')
      const run = (): Record<string, string> => {
        const text = execFileSync(program, [weir, 'run', '--json'], {
          cwd: root,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        const { stages } = JSON.parse(text) as { stages: { name: string; outcome: string }[] }
        return Object.fromEntries(stages.map(({ name, outcome }) => [name, outcome]))
      }
      const words = Number(major)
      write(root, { 'text.txt': 'word is '.repeat(words) })
      expect(run()).toEqual({ words: 'ran', count: 'ran', shout: 'ran' })
      expect(readFileSync(join(root, 'count.txt'), 'utf8')).toBe(String(words))
      expect(readFileSync(join(root, 'loud.txt'), 'utf8')).toBe('WORD IS '.repeat(words))
      expect(existsSync(join(root, 'reports', 'index.html'))).toBe(true)
      expect(run()).toEqual({ words: 'cached', count: 'cached', shout: 'cached' })
    })
})
