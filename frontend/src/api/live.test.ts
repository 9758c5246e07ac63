import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listen } from "./live";

class FakeSocket {
  static made: FakeSocket[] = [];
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: (event: { code: number }) => void;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
    FakeSocket.made.push(this);
  }

  close() {
    this.onclose?.({ code: 1000 });
  }

  poke(...topics: string[]) {
    this.onmessage?.({ data: JSON.stringify({ topics }) });
  }
}

function socket(index: number): FakeSocket {
  const made = FakeSocket.made[index];
  if (!made) throw new Error(`No socket ${index}.`);
  return made;
}

const onTopics = vi.fn();
const onConnected = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.made = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  onTopics.mockReset();
  onConnected.mockReset();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const start = () => listen({ project: 7, onTopics, onConnected });

describe("listening to a project", () => {
  it("connects to the same host", () => {
    start();
    expect(socket(0).url).toBe(`ws://${window.location.host}/ws/projects/7/`);
    socket(0).onopen?.();
    expect(onConnected).toHaveBeenLastCalledWith(true);
  });

  it("gathers a burst of pokes into one a second", () => {
    start();
    for (let poke = 0; poke < 5; poke += 1) socket(0).poke("board", "jobs");
    vi.advanceTimersByTime(0);
    expect(onTopics).toHaveBeenCalledExactlyOnceWith(new Set(["board", "jobs"]));
    socket(0).poke("items");
    vi.advanceTimersByTime(900);
    expect(onTopics).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(100);
    expect(onTopics).toHaveBeenLastCalledWith(new Set(["items"]));
  });

  it("comes back after a fall, waiting longer each time", () => {
    start();
    socket(0).onclose?.({ code: 1006 });
    expect(onConnected).toHaveBeenLastCalledWith(false);
    vi.advanceTimersByTime(1_000);
    expect(FakeSocket.made).toHaveLength(2);
    socket(1).onclose?.({ code: 1006 });
    vi.advanceTimersByTime(900);
    expect(FakeSocket.made).toHaveLength(2);
    vi.advanceTimersByTime(1_100);
    expect(FakeSocket.made).toHaveLength(3);
  });

  it("does not insist where it is not allowed", () => {
    start();
    socket(0).onclose?.({ code: 4404 });
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.made).toHaveLength(1);
  });

  it("stays away once stopped", () => {
    start()();
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.made).toHaveLength(1);
    expect(onConnected).not.toHaveBeenCalled();
  });
});
