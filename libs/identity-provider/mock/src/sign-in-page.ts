import { escapeHtml, renderPage } from './html-page.js';

/** What the sign-in page shows; `email` is what the person typed before. */
export interface SignInPage {
  clientName: string;
  email: string;
  hasFailed: boolean;
}

/** One message for a wrong password, an unknown e-mail and a blocked account: it must not tell who has an account. */
const FAILURE = '<p class="error" role="alert" id="failure">The e-mail or the password is not right, '
  + 'or this account can’t sign in.</p>';

/** The form posts to its own address, which holds the interaction that the browser's cookie has to match. */
export function renderSignInPage(page: SignInPage): string {
  const describedBy = page.hasFailed ? ' aria-describedby="failure" aria-invalid="true"' : '';
  return renderPage('Sign in', '<h1>Sign in</h1>'
    + `<p>to continue to ${escapeHtml(page.clientName)}</p>${page.hasFailed ? FAILURE : ''}`
    + '<form method="post">'
    + '<label for="email">E-mail</label>'
    + `<input id="email" name="email" type="email" autocomplete="username" required value="${escapeHtml(page.email)}"`
    + `${describedBy}>`
    + '<label for="password">Password</label>'
    + `<input id="password" name="password" type="password" autocomplete="current-password" required${describedBy}>`
    + '<button type="submit">Sign in</button></form>'
    + '<p class="note">Local identity provider for development.</p>');
}
