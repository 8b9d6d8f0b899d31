import type { IncomingMessage, ServerResponse } from 'node:http';
import { readForm, readQuery } from './form-request.js';
import { renderErrorPage, renderMessagePage, sendPage } from './html-page.js';
import type { PasswordChanges } from './password-changes.js';
import { renderPasswordPage } from './password-page.js';

const GONE = 'This link has been used, is too old, or was replaced by a newer one.';
const REASON = 'It replaces your password at once and signs you out everywhere.';

/** What the page behind a mailed link works with. */
export interface ResetParts {
  passwords: PasswordChanges;
  /** The way back: where people sign in. */
  signInUrl: string;
}

/** `{issuer}/reset?token=…`. The link is all that allows the choice, so nobody can prepare a form for somebody else. */
export async function handleReset(req: IncomingMessage, res: ServerResponse, parts: ResetParts): Promise<void> {
  const token = readQuery(req).get('token');
  const form = req.method === 'POST' ? await readForm(req) : null;
  const account = await parts.passwords.findByLink(token);
  if (!account) {
    sendPage(res, 400, renderErrorPage(GONE));
  } else if (form === null) {
    sendPage(res, 200, renderPasswordPage({ email: account.email, reason: REASON, problems: {} }));
  } else {
    const chosen = { password: form.get('password') ?? '', repeat: form.get('repeat') ?? '' };
    const outcome = await parts.passwords.chooseByLink(token, chosen);
    if (outcome.kind === 'problems') {
      sendPage(res, 400, renderPasswordPage({ email: account.email, reason: REASON, problems: outcome.problems }));
    } else if (outcome.kind === 'gone') {
      sendPage(res, 400, renderErrorPage(GONE));
    } else {
      sendPage(res, 200, renderMessagePage({
        title: 'Password saved', text: 'Sign in with your new password from now on.', backTo: parts.signInUrl, label: 'Go to the sign-in',
      }));
    }
  }
}
