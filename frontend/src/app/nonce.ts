/** The nonce the server wrote into the page: without it no style element may be added. */
export function nonce(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]');
  return meta?.content ?? "";
}
