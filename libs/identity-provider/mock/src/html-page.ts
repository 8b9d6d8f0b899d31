import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

const STYLE = `
:root{color-scheme:light dark;--ground:#f4f6f9;--sheet:#fff;--ink:#1a2230;--soft:#566174;--line:#dbe1ea;--edge:#7d8899;
--accent:#1f4fc4;--press:#1a43a8;--on-accent:#fff;--quiet:#e8ecf3;--ring:#86a8ff;--bad:#8a1020;--bad-ground:#fdecee;--bad-line:#f3bfc6}
@media (prefers-color-scheme:dark){:root{--ground:#10141b;--sheet:#181e28;--ink:#e8ecf3;--soft:#a3aebf;--line:#2c3543;
--edge:#6b778a;--accent:#8fb0ff;--press:#abc4ff;--on-accent:#0d1524;--quiet:#28303d;--ring:#5b82e0;--bad:#ffb4bd;
--bad-ground:#3a171d;--bad-line:#6b2a35}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--ground);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{width:100%;max-width:25rem;padding:2rem;background:var(--sheet);border:1px solid var(--line);border-radius:14px;
box-shadow:0 1px 2px rgb(16 24 40/.05),0 8px 24px rgb(16 24 40/.06);overflow-wrap:anywhere}
main.wide{max-width:42rem;align-self:start}
@media (max-width:30rem){main{padding:1.25rem}}
h1{margin:0 0 .25rem;font-size:1.4rem;line-height:1.25;letter-spacing:-.01em}
p{margin:.25rem 0 1rem}
a{color:var(--accent)}
label{display:block;margin:1rem 0 .3rem;font-weight:600}
input{width:100%;padding:.65rem .75rem;font:inherit;color:inherit;background:var(--sheet);border:1px solid var(--edge);
border-radius:8px}
input[aria-invalid=true]{border-color:var(--bad)}
button{width:100%;margin-top:1.5rem;padding:.7rem;font:inherit;font-weight:600;color:var(--on-accent);background:var(--accent);
border:0;border-radius:8px;cursor:pointer}
button:hover{background:var(--press)}
button.quiet{color:var(--ink);background:var(--quiet)}
input:focus-visible,button:focus-visible,a:focus-visible{outline:3px solid var(--ring);outline-offset:2px;border-radius:8px}
.error{padding:.7rem .8rem;color:var(--bad);background:var(--bad-ground);border:1px solid var(--bad-line);border-radius:8px}
.problem{margin:.3rem 0 0;color:var(--bad);font-size:.9rem}
.hint,.note,.meta{color:var(--soft);font-size:.875rem}
.hint{margin:.3rem 0 0}
.note{margin:1rem 0 0}
.back{margin:1.25rem 0 0}
.back:first-child{margin-top:0}
h1+.meta,.back+h1{margin-top:.5rem}
.who{margin:-.5rem 0 1rem;color:var(--soft)}
.who strong{color:var(--ink)}
.search{margin-bottom:1.25rem}
.search div{display:flex;gap:.5rem}
.search button{flex:none;width:auto;margin:0;padding:.65rem 1rem}
.mails{margin:0;padding:0;list-style:none;border-top:1px solid var(--line)}
.mails li{border-bottom:1px solid var(--line)}
.mails a{display:grid;grid-template-columns:1fr auto;gap:0 1rem;padding:.7rem .25rem;color:inherit;text-decoration:none}
.mails a:hover strong{color:var(--accent);text-decoration:underline}
.mails strong{grid-column:1/-1}
@media (max-width:30rem){.mails a{grid-template-columns:1fr}}
.empty{padding:2rem 0;text-align:center;color:var(--soft)}
.mail{padding:1rem;background:var(--ground);border:1px solid var(--line);border-radius:8px;white-space:pre-wrap}
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Text made safe for element content and quoted attributes. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** A whole page. `body` is HTML: whatever came from outside must have gone through `escapeHtml`. */
export function renderPage(title: string, body: string, { isWide = false }: { isWide?: boolean } = {}): string {
  return '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
    + '<meta name="viewport" content="width=device-width, initial-scale=1">'
    + `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>`
    + `<body><main${isWide ? ' class="wide"' : ''}>${body}</main></body></html>`;
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

/** What a person reads when a step is done, and where they go from there. */
export interface MessagePage {
  title: string;
  text: string;
  /** An address. */
  backTo: string;
  label: string;
}

export function renderMessagePage({ title, text, backTo, label }: MessagePage): string {
  return renderPage(title, `<h1>${escapeHtml(title)}</h1><p role="status">${escapeHtml(text)}</p>`
    + `<p class="back"><a href="${escapeHtml(backTo)}">${escapeHtml(label)}</a></p>`);
}
