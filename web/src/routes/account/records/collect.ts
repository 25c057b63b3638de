/** Lists that the venue answers a page and a month at a time, put together. */

export interface Period {
  since: number;
  until: number;
}
export interface Part {
  startTime: number;
  endTime: number;
  current: number;
  size: number;
}

const WINDOW_MS = 30 * 86_400_000;
const PAGE = 100;
/** So many rows are the most that a page of the browser is asked to hold. */
export const ROWS_MAX = 20_000;

/** Returns the rows of a period, newest part first. */
export async function collected<Row>(
  { since, until }: Period,
  ask: (part: Part) => Promise<{ rows?: Row[]; total?: number }>,
): Promise<Row[]> {
  const found: Row[] = [];
  for (let end = until; end > since && found.length < ROWS_MAX; end -= WINDOW_MS) {
    const window = { startTime: Math.floor(Math.max(since, end - WINDOW_MS + 1)), endTime: Math.floor(end) };
    found.push(...(await allPages(window, ask)));
  }
  return found.slice(0, ROWS_MAX);
}

async function allPages<Row>(
  window: Pick<Part, "startTime" | "endTime">,
  ask: (part: Part) => Promise<{ rows?: Row[]; total?: number }>,
): Promise<Row[]> {
  const found: Row[] = [];
  for (let current = 1; ; current++) {
    const { rows = [], total = 0 } = await ask({ ...window, current, size: PAGE });
    found.push(...rows);
    if (rows.length < PAGE || found.length >= total || found.length >= ROWS_MAX) return found;
  }
}
