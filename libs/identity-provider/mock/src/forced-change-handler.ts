import type { IncomingMessage, ServerResponse } from 'node:http';
import { findInteraction, type Interaction } from './find-interaction.js';
import { readForm, redirect } from './form-request.js';
import { sendPage } from './html-page.js';
import { finishSignIn, formTargetsOf, type OneInteraction } from './interaction-handler.js';
import { renderPasswordPage } from './password-page.js';
import type { PasswordProblems } from './password-policy.js';

const REASON = 'You signed in with a temporary password. Choose one of your own to go on.';

/**
 * The page between the right temporary password and the end of the sign-in. It opens only for the interaction that the
 * temporary password was given in, and only while that password is still the account's.
 */
export async function handleForcedChange(req: IncomingMessage, res: ServerResponse, parts: OneInteraction): Promise<void> {
  const interaction = await findInteraction(req, res, parts);
  if (!interaction) return;
  if (req.method === 'POST') await choose(req, res, { ...parts, interaction });
  else await showPage(res, { ...parts, interaction, problems: {} });
}

async function choose(
  req: IncomingMessage,
  res: ServerResponse,
  parts: OneInteraction & { interaction: Interaction },
): Promise<void> {
  const form = await readForm(req);
  const change = parts.pending.find(parts.uid);
  const chosen = { password: form.get('password') ?? '', repeat: form.get('repeat') ?? '' };
  const outcome = change ? await parts.passwords.chooseForced(change, chosen) : { kind: 'gone' as const };
  if (outcome.kind === 'problems') {
    await showPage(res, { ...parts, problems: outcome.problems });
    return;
  }
  parts.pending.forget(parts.uid);
  if (outcome.kind === 'changed') await finishSignIn(req, res, { oidc: parts.oidc, signIn: outcome.signIn });
  else startAgain(res, parts);
}

async function showPage(
  res: ServerResponse,
  parts: OneInteraction & { interaction: Interaction; problems: PasswordProblems },
): Promise<void> {
  const change = parts.pending.find(parts.uid);
  const account = change && await parts.passwords.findForced(change);
  if (!account) {
    startAgain(res, parts);
    return;
  }
  const status = Object.keys(parts.problems).length === 0 ? 200 : 400;
  const html = renderPasswordPage({ email: account.email, reason: REASON, problems: parts.problems });
  sendPage(res, status, html, await formTargetsOf(parts.oidc, parts.interaction));
}

function startAgain(res: ServerResponse, { mountPath, uid }: OneInteraction): void {
  redirect(res, `${mountPath}/interaction/${uid}`);
}
