import type { IncomingMessage, ServerResponse } from 'node:http';
import { readForm, readQuery } from './form-request.js';
import { renderErrorPage, renderMessagePage, sendPage } from './html-page.js';
import { renderRegisterPage, renderRegistered, renderVerifyPage } from './register-page.js';
import type { Registrations } from './registrations.js';

const GONE = 'This link has been used, or is too old.';

/** What the pages to create an account work with. */
export interface RegisterParts {
  registrations: Registrations;
  /** The issuer's path. */
  mountPath: string;
  /** Where people sign in. */
  signInUrl: string;
}

/** `{issuer}/register`; `continue` is the sign-in that led here. */
export async function handleRegister(req: IncomingMessage, res: ServerResponse, parts: RegisterParts): Promise<void> {
  const uid = /^[A-Za-z0-9_-]{1,64}$/.exec(readQuery(req).get('continue') ?? '')?.[0];
  const backTo = uid === undefined ? null : `${parts.mountPath}/interaction/${uid}`;
  if (req.method !== 'POST') {
    sendPage(res, 200, renderRegisterPage({ form: { email: '', name: '' }, problems: {}, backTo }));
    return;
  }
  const posted = await readForm(req);
  const read = (name: string): string => posted.get(name) ?? '';
  const form = { email: read('email').trim(), name: read('name'), password: read('password'), repeat: read('repeat') };
  const problems = await parts.registrations.register(form);
  if (problems) sendPage(res, 400, renderRegisterPage({ form, problems, backTo }));
  else sendPage(res, 200, renderRegistered(form.email, backTo));
}

/** `{issuer}/verify?token=…`, which the mail after a registration leads to. */
export async function handleVerify(req: IncomingMessage, res: ServerResponse, parts: RegisterParts): Promise<void> {
  const token = readQuery(req).get('token');
  if (req.method === 'POST') {
    await readForm(req);
    const isDone = await parts.registrations.verify(token);
    sendPage(res, isDone ? 200 : 400, isDone
      ? renderMessagePage({
        title: 'E-mail confirmed', text: 'Thank you. You can go on where you were.', backTo: parts.signInUrl, label: 'Go to the sign-in',
      })
      : renderErrorPage(GONE));
    return;
  }
  const account = await parts.registrations.findByLink(token);
  sendPage(res, account ? 200 : 400, account ? renderVerifyPage(account.email) : renderErrorPage(GONE));
}
