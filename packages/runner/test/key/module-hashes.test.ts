// Hashes of the modules in packed code: what several cells share is minified once.
import { transform } from 'esbuild'
import { expect, it, vi } from 'vitest'
import { moduleHashes } from '../../src/plan/module-hashes.ts'

vi.mock('esbuild', async (original) => {
  const esbuild = await original<typeof import('esbuild')>()
  return { ...esbuild, transform: vi.fn(esbuild.transform) }
})

const packed = (cell: string): string => `// lib/a.ts
function a() { return 1 }
// lib/b.ts
function b() { return a() + 1 }
// ${cell}.ts
console.log('${cell}', b())
`

it('a module that many cells share is minified once', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `cell${index}`)
  const all = await Promise.all(
    names.map((name) =>
      moduleHashes(packed(name), new Set(['lib/a.ts', 'lib/b.ts', `${name}.ts`])),
    ),
  )
  expect(new Set(all.map((hashes) => hashes['lib/a.ts'])).size).toBe(1)
  expect(new Set(all.flatMap((hashes) => Object.values(hashes))).size).toBe(22)
  expect(vi.mocked(transform)).toHaveBeenCalledTimes(22)
})
