// Tells a notebook that weir has written from every other page, without loading what draws one.

const BEGIN =
  '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" '
/** A fact in the head of each notebook. */
const FACT = '<dt>total time</dt>'

/** True if a page that begins so is a notebook, also one of an earlier version. */
export function isNotebookPage(beginning: string): boolean {
  return beginning.startsWith(BEGIN) && beginning.includes(FACT)
}
