import type { Problem } from "./types";

const BASE = "/api/v1/";

/** The server said no, or could not be reached (status 0, code "unreachable"). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: string,
    message: string,
    extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.extra = extra;
  }

  get problems(): readonly Problem[] {
    const { problems } = this.extra;
    return Array.isArray(problems) ? problems : [];
  }
}

type Query = Readonly<Record<string, string | number | undefined | null>>;

interface Options {
  query?: Query;
  signal?: AbortSignal;
}

type SignedOutListener = () => void;
const signedOutListeners = new Set<SignedOutListener>();

/** Called whenever the server no longer knows who we are; returns the way to stop listening. */
export function onSignedOut(listener: SignedOutListener): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

let csrfFromSession = "";

/** The session reply carries the token too, for browsers that hide the cookie from scripts. */
export function rememberCsrfToken(token: string): void {
  csrfFromSession = token;
}

function csrfToken(): string {
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return cookie ? decodeURIComponent(cookie.slice("csrftoken=".length)) : csrfFromSession;
}

/** The address of an API resource, also for links and pictures. */
export function apiUrl(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") parameters.set(name, `${value}`);
  }
  const search = parameters.toString();
  return `${BASE}${path}${search ? `?${search}` : ""}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A refusal always has the same shape; anything else (a proxy's page, say) is named by status. */
function refusal(status: number, body: unknown): ApiError {
  const said = isRecord(body) ? body : {};
  const error = new ApiError(
    status,
    typeof said.code === "string" ? said.code : `http_${status}`,
    typeof said.message === "string" ? said.message : `The server answered ${status}.`,
    isRecord(said.extra) ? said.extra : {},
  );
  if (status === 401 && error.code === "not_signed_in") {
    for (const listener of signedOutListeners) listener();
  }
  return error;
}

function parse(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreachable(cause: unknown): unknown {
  if (cause instanceof DOMException && cause.name === "AbortError") return cause;
  return new ApiError(0, "unreachable", "The server cannot be reached.");
}

async function request<Reply>(
  method: string,
  path: string,
  body: unknown,
  { query, signal }: Options,
): Promise<Reply> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  let text: string;
  try {
    response = await fetch(apiUrl(path, query), {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      signal,
    });
    text = await response.text();
  } catch (cause) {
    throw unreachable(cause);
  }
  if (!response.ok) throw refusal(response.status, parse(text));
  return parse(text) as Reply;
}

export const api = {
  get: <Reply>(path: string, options: Options = {}) =>
    request<Reply>("GET", path, undefined, options),
  post: <Reply>(path: string, body?: unknown, options: Options = {}) =>
    request<Reply>("POST", path, body, options),
  put: <Reply>(path: string, body: unknown, options: Options = {}) =>
    request<Reply>("PUT", path, body, options),
  patch: <Reply>(path: string, body: unknown, options: Options = {}) =>
    request<Reply>("PATCH", path, body, options),
  delete: <Reply = void>(path: string, options: Options = {}) =>
    request<Reply>("DELETE", path, undefined, options),
};

interface UploadOptions {
  onProgress?: (share: number) => void;
  signal?: AbortSignal;
}

/** Sends a form with a file. XMLHttpRequest, since fetch cannot say how far an upload is. */
export function upload<Reply>(
  path: string,
  form: FormData,
  { onProgress, signal }: UploadOptions = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open("POST", apiUrl(path));
    xhr.setRequestHeader("Accept", "application/json");
    xhr.setRequestHeader("X-CSRFToken", csrfToken());
    xhr.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress?.(event.loaded / event.total);
    };
    xhr.onload = () => {
      const body = parse(xhr.responseText);
      if (xhr.status >= 200 && xhr.status < 300) resolve(body as Reply);
      else reject(refusal(xhr.status, body));
    };
    xhr.onerror = () => reject(unreachable(undefined));
    xhr.onabort = () => reject(new DOMException("The upload was stopped.", "AbortError"));
    signal?.addEventListener("abort", () => xhr.abort());
    xhr.send(form);
  });
}
