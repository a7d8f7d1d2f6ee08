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

/** True for the error of a failed system call, and not for one of Node or of a library that has a code too. */
export function isSystemError(
  error: unknown,
): error is NodeJS.ErrnoException & { readonly code: string } {
  return errnoOf(error) !== undefined && error instanceof Error && 'errno' in error
}
