import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

const STYLE = `
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f3f5f8;color:#1c2430;
font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{width:min(24rem,calc(100vw - 2rem));padding:2rem;background:#fff;border:1px solid #d8dee8;border-radius:12px}
h1{margin:0 0 .25rem;font-size:1.4rem}
p{margin:.25rem 0 1rem}
label{display:block;margin:1rem 0 .25rem;font-weight:600}
input{width:100%;padding:.6rem .7rem;font:inherit;border:1px solid #7d8899;border-radius:8px}
button{width:100%;margin-top:1.25rem;padding:.7rem;font:inherit;font-weight:600;color:#fff;background:#1f4fc4;
border:0;border-radius:8px;cursor:pointer}
button.quiet{color:#1c2430;background:#e6eaf1}
input:focus-visible,button:focus-visible{outline:3px solid #86a8ff;outline-offset:1px}
.error{padding:.6rem .7rem;color:#8a1020;background:#fdecee;border:1px solid #f3bfc6;border-radius:8px}
.note{color:#566174;font-size:.875rem}
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Text made safe for element content and quoted attributes. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** A whole page. `body` is HTML: whatever came from outside must have gone through `escapeHtml`. */
export function renderPage(title: string, body: string): string {
  return '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
    + '<meta name="viewport" content="width=device-width, initial-scale=1">'
    + `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`;
}

/**
 * No script, no framing, no caching. Browsers apply `form-action` to the redirects after a form as well, so a page whose
 * form leads back to an application names that application's origins.
 */
export function pageHeaders(formTargets: string[] = []): Record<string, string> {
  const formAction = ["'self'", ...formTargets].join(' ');
  return {
    'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action ${formAction}; `
      + "base-uri 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}

/** Sends a page with its headers. */
export function sendPage(res: ServerResponse, status: number, html: string, formTargets: string[] = []): void {
  res.writeHead(status, { ...pageHeaders(formTargets), 'content-type': 'text/html; charset=utf-8' });
  res.end(html);
}

/** What a person reads when a step can't go on. */
export function renderErrorPage(message: string): string {
  return renderPage('Sign-in problem', `<h1>That did not work</h1><p role="alert">${escapeHtml(message)}</p>`
    + '<p class="note">Go back to the application and start again.</p>');
}
