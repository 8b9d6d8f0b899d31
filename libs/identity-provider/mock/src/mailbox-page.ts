import { escapeHtml, renderPage } from './html-page.js';
import type { MailPage } from './mailbox.js';
import type { SentMail } from './mock-mail.js';

/** Where the mailbox lives, and whose mails are shown: null for everybody's. */
export interface MailboxPage extends MailPage {
  /** The path of the mailbox. */
  path: string;
  to: string | null;
}

const LINK = /(https?:\/\/[^\s<>"']+)/;

/** The list, newest first. */
export function renderMailboxPage({ mails, olderThan, path, to }: MailboxPage): string {
  return renderPage('Mailbox', '<h1>Mailbox</h1><p>Every mail that the local identity provider has sent.</p>'
    + '<form method="get" class="search"><label for="to">Recipient</label>'
    + `<div><input id="to" name="to" type="search" autocomplete="off" value="${escapeHtml(to ?? '')}" `
    + 'placeholder="everybody"><button type="submit" class="quiet">Show</button></div></form>'
    + (mails.length === 0 ? '<p class="empty">No mails yet.</p>' : `<ul class="mails">${renderItems(mails, path)}</ul>`)
    + renderOlder({ olderThan, path, to }), { isWide: true });
}

/** One mail. */
export function renderMailPage({ to, subject, text, sentAt }: SentMail, path: string): string {
  return renderPage(subject, `<p class="back"><a href="${escapeHtml(path)}">All mails</a></p><h1>${escapeHtml(subject)}</h1>`
    + `<p class="meta">to ${escapeHtml(to)} · ${renderTime(sentAt)}</p>`
    + `<div class="mail">${renderText(text)}</div>`, { isWide: true });
}

/** Addresses become links; all else is text. */
function renderText(text: string): string {
  return text.split(LINK).map((part, index) => {
    const safe = escapeHtml(part);
    return index % 2 === 1 ? `<a href="${safe}">${safe}</a>` : safe;
  }).join('');
}

function renderItems(mails: SentMail[], path: string): string {
  return mails.map(({ id, to, subject, sentAt }) => `<li><a href="${escapeHtml(path)}/${id}">`
    + `<strong>${escapeHtml(subject)}</strong><span class="meta">${escapeHtml(to)}</span>`
    + `<span class="meta">${renderTime(sentAt)}</span></a></li>`).join('');
}

function renderOlder({ olderThan, path, to }: Pick<MailboxPage, 'olderThan' | 'path' | 'to'>): string {
  if (olderThan === null) return '';
  const query = new URLSearchParams({ ...(to === null ? {} : { to }), before: olderThan }).toString();
  return `<p class="back"><a href="${escapeHtml(`${path}?${query}`)}">Older mails</a></p>`;
}

function renderTime(sentAt: string): string {
  return `<time datetime="${sentAt}">${sentAt.slice(0, 16).replace('T', ' ')} UTC</time>`;
}
