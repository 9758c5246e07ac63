/** Which elements are near the window. One observer for all: thousands of them would be slow. */

type Listener = (isNear: boolean) => void;

const listeners = new WeakMap<Element, Listener>();
let observer: IntersectionObserver | null = null;

/** About a screen above and below, so that scrolling meets blocks that are drawn already. */
const MARGIN = "1000px 0px";

function tell(entries: IntersectionObserverEntry[]): void {
  for (const entry of entries) listeners.get(entry.target)?.(entry.isIntersecting);
}

/** Tells whenever the element comes near or goes; everything is near where nobody can say. */
export function watchNearness(element: Element, listener: Listener): () => void {
  if (typeof IntersectionObserver === "undefined") {
    listener(true);
    return () => undefined;
  }
  observer ??= new IntersectionObserver(tell, { rootMargin: MARGIN });
  const watching = observer;
  listeners.set(element, listener);
  watching.observe(element);
  return () => {
    listeners.delete(element);
    watching.unobserve(element);
  };
}
