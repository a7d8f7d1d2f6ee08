// Solves a symmetric positive definite system of equations.

/**
 * Solves A x = b by Cholesky's factorisation A = L Lᵀ (Golub & Van Loan, Matrix Computations, 4.2), in place.
 * @param a the lower triangle of A, by rows of `size`; it becomes L
 * @param b it becomes x
 * @returns false where A is not positive definite: then a and b are of no meaning
 */
export function solvePositive(a: Float64Array, b: Float64Array): boolean {
  const size = b.length
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * size + j]
      for (let k = 0; k < j; k++) sum -= a[i * size + k] * a[j * size + k]
      if (i !== j) a[i * size + j] = sum / a[j * size + j]
      else if (sum > 0) a[i * size + i] = Math.sqrt(sum)
      else return false
    }
  }
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) b[i] -= a[i * size + k] * b[k]
    b[i] /= a[i * size + i]
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) b[i] -= a[k * size + i] * b[k]
    b[i] /= a[i * size + i]
  }
  return true
}
