/** The code of a failed system call (`ENOENT`), or undefined. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

/** What is read, or `absent` where nothing is at the path, also below a file. */
export function orAbsent<T, A>(read: () => T, absent: A): T | A {
  try {
    return read()
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return absent
    throw error
  }
}
