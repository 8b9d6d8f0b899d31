import { escapeHtml, renderPage } from './html-page.js';
import { renderField } from './form-field.js';
import type { PasswordProblems } from './password-policy.js';

/** What the page to choose a password shows. */
export interface PasswordPage {
  /** Whose password it is. */
  email: string;
  /** Why one has to be chosen. */
  reason: string;
  problems: PasswordProblems;
}

/** Posts to its own address, which holds what allows the choice: the interaction or the mailed link. */
export function renderPasswordPage({ email, reason, problems }: PasswordPage): string {
  return renderPage('Choose a new password', '<h1>Choose a new password</h1>'
    + `<p>${escapeHtml(reason)}</p>`
    + '<form method="post">'
    // Password managers look for whom they save it.
    + `<p class="who">for <strong>${escapeHtml(email)}</strong></p>`
    + `<input type="text" name="username" autocomplete="username" value="${escapeHtml(email)}" hidden>`
    + renderField({
      name: 'password', label: 'New password', type: 'password', autocomplete: 'new-password',
      hint: 'At least 10 characters.', problem: problems.password,
    })
    + renderField({
      name: 'repeat', label: 'New password again', type: 'password', autocomplete: 'new-password', problem: problems.repeat,
    })
    + '<button type="submit">Save the password</button></form>');
}
