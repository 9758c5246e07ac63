import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

afterEach(cleanup);

// A screen's code is read and compiled when a test first opens it: on a busy machine that takes.
configure({ asyncUtilTimeout: 10_000 });

// jsdom has no layout: Mantine asks for these two on mounting.
window.matchMedia ??= (query: string) =>
  ({
    matches: false,
    media: query,
    onchange: null,
    addListener: vi.fn(),
    removeListener: vi.fn(),
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
    dispatchEvent: vi.fn(),
  }) as MediaQueryList;

window.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

Element.prototype.scrollIntoView ??= () => {};

// Growing text fields measure again once web fonts are there; jsdom loads none.
Object.defineProperty(document, "fonts", { value: new EventTarget(), configurable: true });
