import { renderField } from './form-field.js';
import { escapeHtml, renderPage } from './html-page.js';

/** Why somebody is not let in; see `SignInOutcome`. */
export type SignInFailure = 'refused' | 'locked' | 'expired';

/** What the sign-in page shows; `email` is what the person typed before. */
export interface SignInPage {
  clientName: string;
  email: string;
  failure: SignInFailure | null;
  /** The address of the page to create an account. */
  registerUrl: string;
}

/**
 * One message for a wrong password, an unknown e-mail and a blocked account: it must not tell who has an account. The lock
 * counts for unknown e-mails too, so its message does not tell either.
 */
const FAILURES: Record<SignInFailure, string> = {
  refused: 'The e-mail or the password is not right, or this account can’t sign in.',
  locked: 'Too many wrong passwords: sign-in with this e-mail is locked for now. Try again in 15 minutes, '
    + 'or ask your administrator for a new password.',
  expired: 'This temporary password is too old. Ask your administrator to invite you again.',
};

/** The form posts to its own address, which holds the interaction that the browser's cookie has to match. */
export function renderSignInPage({ clientName, email, failure, registerUrl }: SignInPage): string {
  const alert = failure === null ? '' : `<p class="error" role="alert" id="failure">${FAILURES[failure]}</p>`;
  return renderPage('Sign in', '<h1>Sign in</h1>'
    + `<p>to continue to ${escapeHtml(clientName)}</p>${alert}`
    + '<form method="post">'
    + renderField({ name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username', value: email })
    + renderField({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' })
    + '<button type="submit">Sign in</button></form>'
    + `<p class="back"><a href="${escapeHtml(registerUrl)}">Create an account</a></p>`
    + '<p class="note">Local identity provider for development.</p>');
}
