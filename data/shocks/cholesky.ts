/** The triangular root of a matrix of correlations: what makes correlated draws of independent ones. */

/** Below this a row follows from those before it, but for what rounding left. */
const LEAST_PIVOT = 1e-12;

/** Why a matrix is none of correlations, or null when it is. */
export function correlationProblem(matrix: readonly (readonly number[])[], size: number): string | null {
  if (matrix.length !== size || matrix.some((row) => row.length !== size)) return `expected ${size} rows of ${size} numbers`;
  for (let row = 0; row < size; row++) {
    if (at(matrix, row, row) !== 1) return `expected 1 on the diagonal, row ${row + 1} has ${at(matrix, row, row)}`;
    for (let column = 0; column < row; column++) {
      const [below, above] = [at(matrix, row, column), at(matrix, column, row)];
      if (below !== above)
        return `expected a symmetric matrix, but row ${column + 1} has ${above} in column ${row + 1} and row ${row + 1} has ${below} in column ${column + 1}`;
    }
  }
  const { failedRow } = factor(matrix);
  return failedRow === null
    ? null
    : `expected a positive definite matrix: the first ${failedRow + 1} rows cannot be correlations of as many different prices`;
}

/**
 * The lower triangular matrix whose product with its transpose is the given one (Cholesky).
 * @throws RangeError when the matrix is not positive definite
 */
export function cholesky(matrix: readonly (readonly number[])[]): Float64Array[] {
  const { rows, failedRow } = factor(matrix);
  if (failedRow !== null) throw new RangeError(`Cannot take the root of a matrix that is not positive definite: row ${failedRow + 1}`);
  return rows;
}

function factor(matrix: readonly (readonly number[])[]): { rows: Float64Array[]; failedRow: number | null } {
  const rows: Float64Array[] = [];
  for (let row = 0; row < matrix.length; row++) {
    const own = new Float64Array(matrix.length);
    rows.push(own);
    for (let column = 0; column <= row; column++) {
      const other = rows[column] as Float64Array;
      let rest = at(matrix, row, column);
      for (let inner = 0; inner < column; inner++) rest -= (own[inner] as number) * (other[inner] as number);
      if (column < row) own[column] = rest / (other[column] as number);
      else if (rest < LEAST_PIVOT) return { rows, failedRow: row };
      else own[row] = Math.sqrt(rest);
    }
  }
  return { rows, failedRow: null };
}

function at(matrix: readonly (readonly number[])[], row: number, column: number): number {
  return (matrix[row] as readonly number[])[column] as number;
}
