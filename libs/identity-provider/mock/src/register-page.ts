import { renderField } from './form-field.js';
import { escapeHtml, renderPage } from './html-page.js';
import type { RegistrationForm, RegistrationProblems } from './registrations.js';

/** What the page shows; `backTo` is the address of the sign-in that led here, or null. */
export interface RegisterPage {
  form: Pick<RegistrationForm, 'email' | 'name'>;
  problems: RegistrationProblems;
  backTo: string | null;
}

export function renderRegisterPage({ form, problems, backTo }: RegisterPage): string {
  return renderPage('Create an account', '<h1>Create an account</h1>'
    + '<form method="post">'
    + renderField({ name: 'name', label: 'Name', type: 'text', autocomplete: 'name', value: form.name, problem: problems.name })
    + renderField({
      name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username', value: form.email, problem: problems.email,
    })
    + renderField({
      name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password',
      hint: 'At least 10 characters.', problem: problems.password,
    })
    + renderField({
      name: 'repeat', label: 'Password again', type: 'password', autocomplete: 'new-password', problem: problems.repeat,
    })
    + '<button type="submit">Create the account</button></form>'
    + renderBack(backTo, 'I have an account already'));
}

/** The same for an address that has an account: only its mailbox learns of it. */
export function renderRegistered(email: string, backTo: string | null): string {
  return renderPage('Check your mail', '<h1>Check your mail</h1>'
    + `<p>We have sent a mail to <strong>${escapeHtml(email)}</strong>. Open the link in it to confirm the address.</p>`
    + '<p>You can sign in before that. An administrator has to approve you before you get access.</p>'
    + renderBack(backTo, 'Back to the sign-in'));
}

/** The link itself changes nothing: programs that scan mails open every link. */
export function renderVerifyPage(email: string): string {
  return renderPage('Confirm your e-mail', '<h1>Confirm your e-mail</h1>'
    + `<p>Did you create an account with <strong>${escapeHtml(email)}</strong>? `
    + 'If it was not you, close this page.</p>'
    + '<form method="post"><button type="submit">Yes, this is my address</button></form>');
}

function renderBack(backTo: string | null, label: string): string {
  return backTo === null ? '' : `<p class="back"><a href="${escapeHtml(backTo)}">${escapeHtml(label)}</a></p>`;
}
