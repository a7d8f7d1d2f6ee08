// How cells are bundled: esbuild's settings, part of what a code digest means.

/** The folder of bundles, in the project. */
export const CELLS = '.weir/cells'

/** For bundling: modules of the project in, packages out, unused code gone. */
export const SHAPE = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  treeShaking: true,
  // Not minified yet: a constant would be written into the modules that use it, and a change told of them.
  legalComments: 'none',
  write: false,
  logLevel: 'silent',
} as const

/** For hashing. Names stay: a shorter name chosen by how often others are used would change with unused code. */
export const MINIFY = {
  minifyWhitespace: true,
  minifySyntax: true,
  format: 'esm',
  target: 'node20',
  legalComments: 'none',
} as const
