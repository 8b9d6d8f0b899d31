import type { IncomingMessage, ServerResponse } from 'node:http';
import { readQuery } from './form-request.js';
import { renderErrorPage, sendPage } from './html-page.js';
import { sendJson } from './json-response.js';
import type { Mailbox } from './mailbox.js';
import { renderMailboxPage, renderMailPage } from './mailbox-page.js';
import type { SentMail } from './mock-mail.js';

/** What the mailbox page works with. */
export interface MailboxPageParts {
  mailbox: Mailbox;
  /** The issuer's path. */
  mountPath: string;
}

/**
 * `{issuer}/mailbox`, newest first; `to` picks a recipient. Everybody who reaches the mock may read it, as everybody may
 * have a dev-token. JSON for scripts that accept it.
 */
export async function handleMailbox(req: IncomingMessage, res: ServerResponse, parts: MailboxPageParts): Promise<void> {
  const query = readQuery(req);
  const to = query.get('to')?.trim() || null;
  const page = await parts.mailbox.list(to, query.get('before'));
  if (wantsJson(req)) sendJson(res, 200, { mails: page.mails.map(toJson), older_than: page.olderThan });
  else sendPage(res, 200, renderMailboxPage({ ...page, to, path: pathOfMailbox(parts) }));
}

/** `{issuer}/mailbox/:id` */
export async function handleMail(
  req: IncomingMessage,
  res: ServerResponse,
  parts: MailboxPageParts & { id: string },
): Promise<void> {
  const mail = await parts.mailbox.find(parts.id);
  if (wantsJson(req)) sendJson(res, mail ? 200 : 404, mail ? toJson(mail) : { error: 'not_found' });
  else if (mail) sendPage(res, 200, renderMailPage(mail, pathOfMailbox(parts)));
  else sendPage(res, 404, renderErrorPage('There is no such mail (any more).'));
}

function pathOfMailbox({ mountPath }: MailboxPageParts): string {
  return `${mountPath}/mailbox`;
}

function toJson({ id, to, subject, text, sentAt }: SentMail): object {
  return { id, to, subject, text, sent_at: sentAt };
}

function wantsJson(req: IncomingMessage): boolean {
  const accept = req.headers.accept ?? '';
  return accept.includes('application/json') && !accept.includes('text/html');
}
