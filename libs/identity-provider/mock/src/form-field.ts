import { escapeHtml } from './html-page.js';

/** A labelled input. */
export interface FormField {
  name: string;
  label: string;
  type: 'email' | 'password' | 'text';
  autocomplete: string;
  value?: string;
  hint?: string;
  /** Why what was typed is not taken; read out with the field. */
  problem?: string | undefined;
}

/** The label, the input, its hint, and what is wrong with it. The browser's own checks are left to the server. */
export function renderField({ name, label, type, autocomplete, value, hint, problem }: FormField): string {
  const ids = [...(hint === undefined ? [] : [`${name}-hint`]), ...(problem === undefined ? [] : [`${name}-problem`])];
  const described = ids.length === 0 ? '' : ` aria-describedby="${ids.join(' ')}"`;
  return `<label for="${name}">${escapeHtml(label)}</label>`
    + `<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" required`
    + `${value === undefined ? '' : ` value="${escapeHtml(value)}"`}${described}`
    + `${problem === undefined ? '' : ' aria-invalid="true" autofocus'}>`
    + (hint === undefined ? '' : `<p class="hint" id="${name}-hint">${escapeHtml(hint)}</p>`)
    + (problem === undefined ? '' : `<p class="problem" role="alert" id="${name}-problem">${escapeHtml(problem)}</p>`);
}
