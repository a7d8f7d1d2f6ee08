// Pure values: errors, problems, digests, names, paths, texts. Nothing here does I/O or reads the clock.
export { CodedError, isCodedError } from './coded-error.ts'
export { canonicalJson, type Digest, isDigest, sha256 } from './digest.ts'
export { errnoOf, isSystemError, orAbsent } from './errno.ts'
export { isRecord } from './is-record.ts'
export { itemAt } from './item-at.ts'
export { nearest } from './nearest.ts'
export { byCodeUnit, isOutside, isWithin, normalPath, projectPath } from './paths.ts'
export {
  distinct,
  type Place,
  type Problem,
  placeAt,
  placeText,
  problemText,
  problemTexts,
  type Report,
} from './problem.ts'
export { StageError } from './stage-error.ts'
export { secondText } from './time-text.ts'
