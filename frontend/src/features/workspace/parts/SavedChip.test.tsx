import { act, screen } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { OutboxState } from "../../../core/outbox/outbox";
import { renderWithWords } from "../../../stages/testing";
import type { Place } from "../session/drafts";
import { SavedChip } from "./SavedChip";

const IDLE: OutboxState = { waiting: 0, attention: [], isSignedOut: false, isFailing: false };

function chip(waiting = 0, draft: Place | null = null, isOnline = true) {
  const outbox = { ...IDLE, waiting };
  return (
    <SavedChip draft={draft} outbox={outbox} isOnline={isOnline} onAttention={() => undefined} />
  );
}

const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));

describe("where the answers are", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  it("keeps its words through what passes, and says at any moment how it is for those who ask", () => {
    const { rerender } = renderWithWords(chip());
    for (let item = 0; item < 5; item++) {
      rerender(chip(0, "here"));
      pass(400);
      rerender(chip(1));
      expect(screen.getByText("All saved").closest("[data-now]")).toHaveAttribute(
        "data-now",
        "waiting",
      );
      pass(250);
      rerender(chip());
      pass(50);
      expect(screen.getByText("All saved")).toBeInTheDocument();
    }
  });

  it("does not go on saying what has long been over, however quickly it changes", () => {
    const { rerender } = renderWithWords(chip());
    rerender(chip(0, "here"));
    pass(500);
    rerender(chip(3));
    pass(250);
    expect(screen.getByText("3 to be sent")).toBeInTheDocument();
    rerender(chip(4));
    expect(screen.getByText("4 to be sent")).toBeInTheDocument();
    rerender(chip());
    pass(650);
    expect(screen.getByText("4 to be sent")).toBeInTheDocument();
    pass(100);
    expect(screen.getByText("All saved")).toBeInTheDocument();
  });

  it("says at once that the network is gone, and how much waits for it", () => {
    const { rerender } = renderWithWords(chip());
    rerender(chip(1, null, false));
    expect(screen.getByRole("status")).toHaveTextContent("Offline · 1 kept here");
    rerender(chip(2, "here", false));
    expect(screen.getByRole("status")).toHaveTextContent("Offline · 2 kept here");
  });
});
