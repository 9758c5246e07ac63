import { useEffect, useState } from "react";

/**
 * The one-time token stands behind the "#", so it reaches no server log. It is taken out of the
 * address at once: a copied address or a step back must not carry it on.
 */
export function useLinkToken(): { token: string; forget: () => void } {
  const [token, setToken] = useState(() => window.location.hash.slice(1));
  useEffect(() => {
    if (token) window.history.replaceState(window.history.state, "", window.location.pathname);
  }, [token]);
  return { token, forget: () => setToken("") };
}
