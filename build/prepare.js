// `npm install` and `npm ci` call this: makes the program and the packages, so that the first start has nothing to build.
import { programFolder } from './start.js'

await programFolder()
