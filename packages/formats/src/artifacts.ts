// The artefacts of a run, by the family's one door.
export * from './comparison.ts'
export * from './decision.ts'
export * from './drift.ts'
export * from './evaluation.ts'
export * from './online-manifest.ts'
export * from './promotion.ts'
export * from './publication.ts'
export * from './validation.ts'
