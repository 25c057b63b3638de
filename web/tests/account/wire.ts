/** A venue of a test: answers by method and path, and what was asked of it. */
import { vi } from "vitest";

export interface Asked {
  method: string;
  path: string;
  body: Record<string, unknown>;
}
type Answering = (asked: Asked) => unknown;

/** An answer that is a refusal. */
export class Refused {
  constructor(
    readonly status: number,
    readonly code: number,
    readonly msg: string,
  ) {}
}

/** Has `fetch` answer from a table of `METHOD /path`; returns all that is asked. A path that is not there is a fault. */
export function answering(table: Record<string, unknown | Answering>): Asked[] {
  const all: Asked[] = [];
  vi.stubGlobal("fetch", async (address: string, init: RequestInit = {}) => {
    const [path = ""] = address.split("?");
    const asked = { method: init.method ?? "GET", path, body: bodyOf(init) };
    all.push(asked);
    const name = `${asked.method} ${path}`;
    if (!(name in table)) throw new Error(`nobody answers ${name}`);
    const found = table[name];
    return responseOf(typeof found === "function" ? await (found as Answering)(asked) : found);
  });
  return all;
}

export const sent = (all: Asked[], name: string): Asked[] =>
  all.filter((each) => `${each.method} ${each.path}` === name);

function bodyOf({ body }: RequestInit): Record<string, unknown> {
  if (body instanceof URLSearchParams) return Object.fromEntries(body);
  return typeof body === "string" ? (JSON.parse(body) as Record<string, unknown>) : {};
}

function responseOf(found: unknown): Response {
  const headers = { "content-type": "application/json" };
  if (found instanceof Refused) {
    return new Response(JSON.stringify({ code: found.code, msg: found.msg }), { status: found.status, headers });
  }
  return new Response(JSON.stringify(found), { headers });
}
