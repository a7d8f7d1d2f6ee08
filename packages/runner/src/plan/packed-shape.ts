// How cells are packed: esbuild's settings, part of what a code digest means.
import type { BuildOptions } from 'esbuild'

/** For packing: includes the project's modules and drops unused code. */
export const SHAPE = {
  bundle: true,
  platform: 'node' as const,
  format: 'esm' as const,
  // A package of this repository is read from its sources.
  target: 'node20',
  conditions: ['@weir/source', 'module'],
  treeShaking: true,
  // Not minified yet: esbuild would inline constants, and a changed constant would be reported as a change of its users.
  legalComments: 'none' as const,
  write: false as const,
  logLevel: 'silent' as const,
} satisfies BuildOptions

/**
 * For hashing. Names are not shortened: esbuild chooses short names by frequency, so unrelated code would change
 * them.
 */
export const MINIFY = {
  minifyWhitespace: true,
  minifySyntax: true,
  format: 'esm',
  target: 'node20',
  legalComments: 'none',
} as const
