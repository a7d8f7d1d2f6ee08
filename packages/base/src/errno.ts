/** The code of a failed system call (`ENOENT`), or undefined. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

/** True for the error of a system call that failed with one of these codes. */
export function hasErrno(error: unknown, codes: readonly string[]): boolean {
  const code = errnoOf(error)
  return code !== undefined && codes.includes(code)
}

/** What is read, or `absent` where nothing is at the path, also below a file. */
export function orAbsent<T, A>(read: () => T, absent: A): T | A {
  try {
    return read()
  } catch (error) {
    if (hasErrno(error, ['ENOENT', 'ENOTDIR'])) return absent
    throw error
  }
}
