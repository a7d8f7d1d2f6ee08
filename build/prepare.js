// `npm install` and `npm ci` call this: makes the program, the packages and their types, so that the first start has
// nothing to build.
import { home, programFolder } from './start.js'
import { emitTypes } from './types.js'

// A mistake in a type, which tsc tells, does not keep a checkout from being installed.
if ((await programFolder()) !== undefined) emitTypes(home)
