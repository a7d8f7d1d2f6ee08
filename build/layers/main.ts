// `npm run check:layers`: prints what breaks the rules of rules.ts, and fails if anything does.
import { join } from 'node:path'
import { check, violationText } from './check.ts'
import { readFiles } from './tree.ts'

const files = readFiles(join(import.meta.dirname, '..', '..'))
const violations = check(files)
for (const violation of violations) process.stdout.write(`${violationText(violation)}\n`)
if (violations.length > 0) {
  process.stderr.write(`${violations.length} violations of build/layers/rules.ts\n`)
  process.exitCode = 1
} else process.stdout.write(`Checked the imports of ${files.size} files.\n`)
