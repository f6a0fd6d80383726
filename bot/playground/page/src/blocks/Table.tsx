/** `table` and `data_table`: cells of raw text, numbers or rich text; the first row is the header. */

import { useState, type ReactNode } from "react";
import type { Block } from "../types";
import { LibraryBlock } from "./Words";

type Cell = Block;

interface ColumnSetting {
  align?: "left" | "center" | "right";
  is_wrapped?: boolean;
}

function CellContent({ cell }: { cell: Cell | null | undefined }): ReactNode {
  if (!cell) return null;
  if (cell.type === "rich_text") return <LibraryBlock block={cell} />;
  return <>{cell["text"] ?? ""}</>;
}

function cellClass(cell: Cell | null | undefined, setting: ColumnSetting | undefined): string {
  const align = setting?.align ?? (cell?.type === "raw_number" ? "right" : "left");
  return `align-${align} ${setting?.is_wrapped ? "is-wrapped" : ""}`;
}

interface RowsProperties {
  rows: (Cell | null)[][];
  settings?: ColumnSetting[];
  rowHeader?: number;
}

function Rows({ rows, settings = [], rowHeader = -1 }: RowsProperties): ReactNode {
  return (
    <tbody>
      {rows.map((row, y) => (
        <tr key={y}>
          {row.map((cell, x) =>
            x === rowHeader ? (
              <th key={x} scope="row" className={cellClass(cell, settings[x])}>
                <CellContent cell={cell} />
              </th>
            ) : (
              <td key={x} className={cellClass(cell, settings[x])}>
                <CellContent cell={cell} />
              </td>
            ),
          )}
        </tr>
      ))}
    </tbody>
  );
}

export function Table({ block }: { block: Block }): ReactNode {
  const [header = [], ...rows] = (block["rows"] ?? []) as Cell[][];
  const settings = (block["column_settings"] ?? []) as ColumnSetting[];
  return (
    <div className="table-frame" tabIndex={0} role="group" aria-label="Table">
      <table>
        <thead>
          <tr>
            {header.map((cell, x) => (
              <th key={x} scope="col" className={cellClass(cell, settings[x])}>
                <CellContent cell={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <Rows rows={rows} settings={settings} />
      </table>
    </div>
  );
}

interface Order {
  column: number;
  descending: boolean;
}

const sortKey = (cell: Cell | undefined): number | string =>
  cell?.type === "raw_number" ? Number(cell["value"]) : String(cell?.["text"] ?? "");

function ordered(rows: Cell[][], order: Order | null): Cell[][] {
  if (!order) return rows;
  const sign = order.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [sortKey(a[order.column]), sortKey(b[order.column])];
    const numbers = typeof x === "number" && typeof y === "number";
    return sign * (numbers ? x - y : String(x).localeCompare(String(y), [], { numeric: true }));
  });
}

function SortableHeader(properties: {
  header: Cell[];
  order: Order | null;
  onOrder: (column: number) => void;
}): ReactNode {
  const { header, order, onOrder } = properties;
  return (
    <thead>
      <tr>
        {header.map((cell, x) => {
          const active = order?.column === x ? order : null;
          const sort = active ? (active.descending ? "descending" : "ascending") : "none";
          return (
            <th key={x} scope="col" aria-sort={sort} className={cellClass(cell, undefined)}>
              <button type="button" className="sort" onClick={() => onOrder(x)}>
                <CellContent cell={cell} />
                <span aria-hidden="true">{active ? (active.descending ? "↓" : "↑") : "↕"}</span>
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

const DEFAULT_PAGE = 5;

/** A data table sorts by a click on a column's name, and shows one page of rows at a time. */
export function DataTable({ block }: { block: Block }): ReactNode {
  const [header = [], ...rows] = (block["rows"] ?? []) as Cell[][];
  const size = Number(block["page_size"] ?? DEFAULT_PAGE);
  const [order, setOrder] = useState<Order | null>(null);
  const [page, setPage] = useState(0);
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const current = Math.min(page, pages - 1);
  const shown = ordered(rows, order).slice(current * size, (current + 1) * size);
  const turnOrder = (column: number): void =>
    setOrder({ column, descending: order?.column === column && !order.descending });
  return (
    <figure className="data-table">
      <div className="table-frame" tabIndex={0} role="group" aria-label={String(block["caption"])}>
        <table>
          <caption>{String(block["caption"] ?? "")}</caption>
          <SortableHeader header={header} order={order} onOrder={turnOrder} />
          <Rows rows={shown} rowHeader={Number(block["row_header_column_index"] ?? 0)} />
        </table>
      </div>
      {pages > 1 && (
        <figcaption className="pager">
          <button type="button" disabled={current === 0} onClick={() => setPage(current - 1)}>
            Previous
          </button>
          <span>
            Page {current + 1} of {pages} · {rows.length} rows
          </span>
          <button
            type="button"
            disabled={current >= pages - 1}
            onClick={() => setPage(current + 1)}
          >
            Next
          </button>
        </figcaption>
      )}
    </figure>
  );
}
