// How cells are packed: esbuild's settings, part of what a code digest means.
import type { BuildOptions } from 'esbuild'

/** For packing: modules of the project in, unused code gone. */
export const SHAPE = {
  bundle: true,
  platform: 'node' as const,
  format: 'esm' as const,
  // A package of this repository is read from its sources.
  target: 'node20',
  conditions: ['@weir/source', 'module'],
  treeShaking: true,
  // Not minified yet: a constant would be written into the modules that use it, and a change told of them.
  legalComments: 'none' as const,
  write: false as const,
  logLevel: 'silent' as const,
} satisfies BuildOptions

/** For hashing. Names stay: a shorter name chosen by how often others are used would change with unused code. */
export const MINIFY = {
  minifyWhitespace: true,
  minifySyntax: true,
  format: 'esm',
  target: 'node20',
  legalComments: 'none',
} as const
