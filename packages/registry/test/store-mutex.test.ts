// Taking a registry's mutex: what the system refuses is a coded error, a mistake of the caller is none.
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withMutex } from '../src/store-mutex.ts'

const WAIT = { what: 'test', patience: 1_000 }

it('a folder that cannot be made is told with its place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-mutex-'))
  writeFileSync(join(folder, 'models'), 'a file')
  chmodSync(folder, 0o555)
  const store = join(folder, 'models')
  await expect(withMutex(store, WAIT, async () => 1)).rejects.toMatchObject({
    name: 'RegistryError',
    code: 'STORE_UNWRITABLE',
    message: expect.stringMatching(/^cannot take the mutex: E[A-Z]+$/),
    where: join(store, 'journal.lock'),
  })
})

it('a path that is none is a bug, and goes on as it is', async () => {
  const broken = withMutex('models\0', WAIT, async () => 1)
  await expect(broken).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
})
