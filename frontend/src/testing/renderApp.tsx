import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { vi } from "vitest";
import { startI18n } from "../app/i18n/i18n";
import { Providers } from "../app/providers";
import { makeQueryClient } from "../app/queryClient";
import { makeRouter } from "../app/router";

interface Call {
  method: string;
  path: string;
  body: unknown;
}

/** What the server answers, by "METHOD path"; a pair is status and body, else it is 200. */
type Replies = Record<string, unknown>;

function isFailure(reply: unknown): reply is { status: number; body: unknown } {
  return typeof reply === "object" && reply !== null && "status" in reply && "body" in reply;
}

function fakeServer(replies: Replies, calls: Call[]): typeof fetch {
  return async (input, init = {}) => {
    const path = `${input}`.replace("/api/v1/", "").replace(/\?.*/, "");
    const method = init.method ?? "GET";
    const body = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    calls.push({ method, path, body });
    const reply = replies[`${method} ${path}`];
    if (reply === undefined) {
      return Response.json(
        { code: "not_found", message: `No ${method} ${path}` },
        { status: 404 },
      );
    }
    if (isFailure(reply)) return Response.json(reply.body, { status: reply.status });
    return Response.json(reply);
  };
}

class SilentSocket {
  close() {}
}

/** The whole front end at an address, with a server that answers what the test says. */
export async function renderApp(address: string, replies: Replies) {
  const calls: Call[] = [];
  vi.stubGlobal("fetch", fakeServer(replies, calls));
  vi.stubGlobal("WebSocket", SilentSocket);
  await startI18n();
  const queryClient = makeQueryClient();
  const router = makeRouter(queryClient, createMemoryHistory({ initialEntries: [address] }));
  render(
    <Providers queryClient={queryClient} env="test">
      <RouterProvider router={router} />
    </Providers>,
  );
  return { calls, router };
}

/** A part of a screen that asks the server nothing, with real words and the kit. */
export async function renderPart(part: ReactNode) {
  await startI18n();
  render(
    <Providers queryClient={makeQueryClient()} env="test">
      {part}
    </Providers>,
  );
}
