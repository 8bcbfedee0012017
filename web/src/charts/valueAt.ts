/**
 * The index of a column's value at a place of the shared x column: there, or the nearest one before it where another curve has brought the
 * place in. `null` where there is none, and after the column's last value.
 */
export function valueAt(column: ArrayLike<number | null | undefined>, index: number): number | null {
  let before = index;
  while (before >= 0 && column[before] === undefined) {
    before--;
  }

  if (before < 0 || column[before] === null) {
    return null;
  }

  let after = index;
  while (after < column.length && column[after] === undefined) {
    after++;
  }

  return after < column.length ? before : null;
}
