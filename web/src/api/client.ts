/** The one way to the venue: typed calls of the operations that `/openapi.json` describes. */
import type { paths } from "./schema";
import { Down, Refusal } from "./faults";

export { Down, Refusal } from "./faults";

type Method = "get" | "post" | "put" | "delete";
type PathOf<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, object> ? P : never }[keyof paths];
type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
type Content<T> = T extends { content: infer C } ? C[keyof C] : never;
type Signing = "timestamp" | "recvWindow";
type OrNothing<T> = [T] extends [never] ? unknown : T;
type Asked<O> = O extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never;
type Query<O> = [Asked<O>] extends [never] ? unknown : Omit<Asked<O>, Signing>;
type Body<O> = O extends { requestBody?: infer B } ? OrNothing<Content<NonNullable<B>>> : unknown;

/** What an operation answers when it is done. */
export type Answer<P extends keyof paths, M extends Method = "get"> =
  Operation<P, M> extends { responses: { 200: infer R } } ? Content<R> : never;
/** What an operation takes, wherever on the wire it goes. */
export type Parameters<P extends keyof paths, M extends Method = "get"> = Query<Operation<P, M>> &
  Body<Operation<P, M>>;
type Given<T> =
  Record<never, never> extends T ? [parameters?: T, options?: Options] : [parameters: T, options?: Options];

export interface Options {
  /** Ends the call; the promise is rejected with an AbortError. */
  signal?: AbortSignal;
  /** Nothing is done by it, whatever its method: without an answer it is asked again and no harm is done. */
  isQuestion?: boolean;
}

/** What goes with every call of a signed-in browser but a GET, and what is told when a session is over. */
export const door = {
  csrf: "",
  onSessionOver: () => {},
  onDown: () => {},
};

/** Paths whose changes are JSON documents; all others take forms. */
const OWN = /^\/(account|operator|public|sandbox)\/v1\//;
const NO_SESSION = -1002;

export const get = <P extends PathOf<"get">>(path: P, ...given: Given<Parameters<P, "get">>) =>
  send("GET", path, given) as Promise<Answer<P, "get">>;
export const post = <P extends PathOf<"post">>(path: P, ...given: Given<Parameters<P, "post">>) =>
  send("POST", path, given) as Promise<Answer<P, "post">>;
export const put = <P extends PathOf<"put">>(path: P, ...given: Given<Parameters<P, "put">>) =>
  send("PUT", path, given) as Promise<Answer<P, "put">>;
export const remove = <P extends PathOf<"delete">>(path: P, ...given: Given<Parameters<P, "delete">>) =>
  send("DELETE", path, given) as Promise<Answer<P, "delete">>;

/** Uploads a document as the body of a request; raises as the others do. */
export function upload(path: string, query: Record<string, string>, file: Blob): Promise<unknown> {
  const headers = { "content-type": file.type, "x-csrf-token": door.csrf };
  return exchange(`${path}?${new URLSearchParams(query)}`, { method: "POST", body: file, headers }, true);
}

/** Fetches a document as it is; raises as the others do. */
export async function fetchFile(path: string, query: Record<string, string>): Promise<Blob> {
  const answer = await answered(`${path}?${new URLSearchParams(query)}`, {}, false);
  if (answer.ok) return answer.blob().catch((fault: Error) => Promise.reject(lost(fault, false)));
  throw refusalOf(answer, await readBody(answer), false);
}

function send(method: string, path: string, given: unknown[]): Promise<unknown> {
  const parameters = (given[0] ?? {}) as Record<string, unknown>;
  const options = (given[1] ?? {}) as Options;
  const headers: Record<string, string> = {};
  const init: RequestInit = { method, headers, signal: options.signal };
  const isUncertain = method !== "GET" && !options.isQuestion;
  if (method !== "GET") headers["x-csrf-token"] = door.csrf;
  if (method === "GET" || (method === "DELETE" && !path.startsWith("/sandbox/"))) {
    const query = form(parameters).toString();
    return exchange(query ? `${path}?${query}` : path, init, isUncertain);
  }
  if (OWN.test(path)) {
    headers["content-type"] = "application/json";
    init.body = JSON.stringify(parameters);
  } else {
    init.body = form(parameters);
  }
  return exchange(path, init, isUncertain);
}

/** Returns parameters as a query or a form, without those that are left open. */
export function form(parameters: Record<string, unknown>): URLSearchParams {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === null || value === "") continue;
    found.set(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  return found;
}

/** Sends; `isUncertain` says whether something is to be done, so that nobody knows whether it was without an answer. */
async function exchange(address: string, init: RequestInit, isUncertain: boolean): Promise<unknown> {
  const answer = await answered(address, init, isUncertain);
  const body = await readBody(answer).catch((fault: Error) => Promise.reject(lost(fault, isUncertain)));
  if (answer.ok) return body;
  throw refusalOf(answer, body, isUncertain);
}

async function answered(address: string, init: RequestInit, isUncertain: boolean): Promise<Response> {
  try {
    return await fetch(address, { credentials: "same-origin", cache: "no-store", ...init });
  } catch (fault) {
    throw lost(fault as Error, isUncertain);
  }
}

/** Returns what a connection that broke is told as. */
function lost(fault: Error, isUncertain: boolean): Error {
  if (fault.name === "AbortError") return fault;
  door.onDown();
  return new Down(isUncertain);
}

async function readBody(answer: Response): Promise<unknown> {
  const text = await answer.text();
  if (!(answer.headers.get("content-type") ?? "").includes("json")) return text;
  return text === "" ? undefined : JSON.parse(text);
}

function refusalOf(answer: Response, body: unknown, isUncertain: boolean): Refusal | Down {
  const told = (typeof body === "object" && body !== null ? body : {}) as { code?: number; msg?: string };
  if (told.code === undefined) {
    door.onDown();
    return new Down(isUncertain);
  }
  if (answer.status === 401 && told.code === NO_SESSION) door.onSessionOver();
  const wait = Number(answer.headers.get("retry-after") ?? 0);
  return new Refusal(answer.status, told.code, told.msg ?? "", wait, told as Record<string, unknown>);
}
