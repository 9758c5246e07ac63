import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, api, apiUrl, onSignedOut, rememberCsrfToken } from "./client";

const fetched = vi.fn<typeof fetch>();

function reply(status: number, body?: unknown): Response {
  return new Response(body === undefined ? null : JSON.stringify(body), { status });
}

function lastHeaders(): Headers {
  return new Headers(fetched.mock.lastCall?.[1]?.headers);
}

beforeEach(() => {
  fetched.mockReset();
  vi.stubGlobal("fetch", fetched);
});

afterEach(() => {
  vi.unstubAllGlobals();
  // biome-ignore lint/suspicious/noDocumentCookie: jsdom has no cookie store
  document.cookie = "csrftoken=; expires=Thu, 01 Jan 1970 00:00:00 GMT";
});

async function failure(request: Promise<unknown>): Promise<ApiError> {
  const error = await request.catch((thrown: unknown) => thrown);
  if (error instanceof ApiError) return error;
  throw new Error("Expected an ApiError.");
}

describe("the API client", () => {
  it("asks under the API's address and leaves out what is not set", async () => {
    fetched.mockResolvedValue(reply(200, { results: [], next: null }));
    await api.get("projects/3/items/", { query: { stage: null, cursor: "a b", limit: 20 } });
    expect(fetched.mock.lastCall?.[0]).toBe("/api/v1/projects/3/items/?cursor=a+b&limit=20");
    expect(apiUrl("home/")).toBe("/api/v1/home/");
  });

  it("sends the CSRF token with what changes something, and not with reading", async () => {
    rememberCsrfToken("from-session");
    fetched.mockImplementation(async () => reply(200, {}));
    await api.get("home/");
    expect(lastHeaders().has("X-CSRFToken")).toBe(false);
    await api.post("tokens/", { name: "x" });
    expect(lastHeaders().get("X-CSRFToken")).toBe("from-session");
    // biome-ignore lint/suspicious/noDocumentCookie: jsdom has no cookie store
    document.cookie = "csrftoken=from-cookie";
    await api.delete("tokens/1/");
    expect(lastHeaders().get("X-CSRFToken")).toBe("from-cookie");
  });

  it("turns a refusal into its code, message and problems", async () => {
    const problems = [{ path: "/name", code: "blank", message: "Give it a name." }];
    fetched.mockResolvedValue(
      reply(400, { code: "invalid_input", message: "Mend it.", extra: { problems } }),
    );
    const error = await failure(api.post("projects/", {}));
    expect(error).toMatchObject({ status: 400, code: "invalid_input", message: "Mend it." });
    expect(error.problems).toEqual(problems);
  });

  it("names by status what is no refusal of ours", async () => {
    fetched.mockResolvedValue(new Response("<html>Bad gateway</html>", { status: 502 }));
    const error = await failure(api.get("home/"));
    expect(error).toMatchObject({ status: 502, code: "http_502", problems: [] });
  });

  it("says when the server cannot be reached", async () => {
    fetched.mockRejectedValue(new TypeError("Failed to fetch"));
    expect(await failure(api.get("home/"))).toMatchObject({ status: 0, code: "unreachable" });
  });

  it("tells its listeners that nobody is signed in any more", async () => {
    const heard = vi.fn();
    const stop = onSignedOut(heard);
    fetched.mockImplementation(async () => reply(401, { code: "not_signed_in", message: "" }));
    await failure(api.get("home/"));
    expect(heard).toHaveBeenCalledOnce();
    stop();
    await failure(api.get("home/"));
    expect(heard).toHaveBeenCalledOnce();
  });

  it("does not take a wrong password for a lost session", async () => {
    const heard = vi.fn();
    const stop = onSignedOut(heard);
    fetched.mockResolvedValue(reply(401, { code: "wrong_credentials", message: "" }));
    await failure(api.post("session/", {}));
    expect(heard).not.toHaveBeenCalled();
    stop();
  });

  it("answers nothing for an empty reply", async () => {
    fetched.mockResolvedValue(reply(204));
    expect(await api.delete("session/")).toBeUndefined();
  });
});
