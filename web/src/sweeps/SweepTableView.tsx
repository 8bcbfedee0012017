import { useState } from "preact/hooks";
import type { SweepTable } from "../api/types";
import { plain } from "../text/numbers";
import { oneLine, visible } from "../text/visible";

const FIRST_ROWS = 100;
const LONGEST_CELL = 200;

/** One table of a sweep; numbers stand right and have four digits, whole ones all of theirs. */
export function SweepTableView({ table }: { table: SweepTable }) {
  const [rowsShown, setRowsShown] = useState(FIRST_ROWS);
  const left = table.rows.length - rowsShown;
  return (
    <section>
      <h2>{visible(table.name)}</h2>
      <div class="table-frame" tabIndex={0} role="region" aria-label={visible(table.name)}>
        <table>
          <thead>
            <tr>
              {table.columns.map(column => (
                <th key={column} scope="col">
                  {visible(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.slice(0, rowsShown).map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => (
                  <td
                    key={column}
                    class={isNumber(cell) ? "number" : ""}
                    title={cell === null ? "" : oneLine(cell, 500)}
                  >
                    {cellText(cell)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {left > 0 && (
        <button type="button" class="quiet" onClick={() => setRowsShown(rowsShown + 1000)}>
          Show {Math.min(left, 1000)} more rows
        </button>
      )}
      {table.rowsOf > table.rows.length && (
        <p class="hint">
          {table.rows.length} of {table.rowsOf} rows are here; the file has all.
        </p>
      )}
    </section>
  );
}

function isNumber(cell: string | null): boolean {
  return cell !== null && /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(cell.trim());
}

function cellText(cell: string | null): string {
  if (cell === null) {
    return "–";
  }

  return isNumber(cell) && !/^-?\d+$/.test(cell.trim()) ? plain(Number(cell)) : oneLine(cell, LONGEST_CELL);
}
