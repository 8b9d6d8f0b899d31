import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import type { AccountDirectory, SignIn } from './account-directory.js';
import { findInteraction, type Interaction } from './find-interaction.js';
import { readForm, redirect } from './form-request.js';
import { sendPage } from './html-page.js';
import { originsOf } from './oidc-clients.js';
import type { PasswordChanges } from './password-changes.js';
import type { PendingChanges } from './pending-changes.js';
import { renderSignInPage, type SignInFailure } from './sign-in-page.js';

/** What the pages of a sign-in work with. */
export interface InteractionParts {
  oidc: Provider;
  directory: AccountDirectory;
  passwords: PasswordChanges;
  pending: PendingChanges;
  /** The issuer's path. */
  mountPath: string;
}

/** One sign-in, by the id in its address. */
export type OneInteraction = InteractionParts & { uid: string };

/** The page between an authorization request and its answer. */
export async function handleInteraction(req: IncomingMessage, res: ServerResponse, parts: OneInteraction): Promise<void> {
  const interaction = await findInteraction(req, res, parts);
  if (!interaction) return;
  if (interaction.prompt.name === 'consent') {
    // Asked for with prompt=consent; all clients are our own, so it is given.
    await parts.oidc.interactionFinished(req, res, { consent: {} });
  } else if (req.method === 'POST') {
    await signIn(req, res, { ...parts, interaction });
  } else {
    await showPage(res, { ...parts, interaction, email: loginHint(interaction), failure: null });
  }
}

/** Ends the interaction with somebody who is signed in; until this is called there is no session and no code. */
export async function finishSignIn(
  req: IncomingMessage,
  res: ServerResponse,
  { oidc, signIn: { subject, authTime } }: { oidc: Provider; signIn: SignIn },
): Promise<void> {
  const login = { accountId: subject, ts: authTime, amr: ['pwd'] };
  await oidc.interactionFinished(req, res, { login }, { mergeWithLastSubmission: false });
}

/** Where the browser may be led after a form of this interaction. */
export async function formTargetsOf(oidc: Provider, interaction: Interaction): Promise<string[]> {
  const client = await oidc.Client.find(String(interaction.params.client_id));
  return originsOf(client?.redirectUris ?? []);
}

async function signIn(
  req: IncomingMessage,
  res: ServerResponse,
  parts: OneInteraction & { interaction: Interaction },
): Promise<void> {
  const form = await readForm(req);
  const email = form.get('email') ?? '';
  const outcome = await parts.directory.signIn(email, form.get('password') ?? '');
  // Somebody else may have begun here with a temporary password before.
  parts.pending.forget(parts.uid);
  if (outcome.kind === 'accepted') {
    await finishSignIn(req, res, { oidc: parts.oidc, signIn: outcome.signIn });
  } else if (outcome.kind === 'change_password') {
    parts.pending.remember(parts.uid, outcome.change);
    redirect(res, `${parts.mountPath}/interaction/${parts.uid}/password`);
  } else {
    await showPage(res, { ...parts, email, failure: outcome.kind });
  }
}

async function showPage(
  res: ServerResponse,
  page: OneInteraction & { interaction: Interaction; email: string; failure: SignInFailure | null },
): Promise<void> {
  const client = await page.oidc.Client.find(String(page.interaction.params.client_id));
  const html = renderSignInPage({
    clientName: client?.clientName ?? client?.clientId ?? '',
    email: page.email,
    failure: page.failure,
    registerUrl: `${page.mountPath}/register?continue=${page.uid}`,
  });
  sendPage(res, page.failure === null ? 200 : 400, html, originsOf(client?.redirectUris ?? []));
}

function loginHint(interaction: Interaction): string {
  const { login_hint: hint } = interaction.params;
  return typeof hint === 'string' ? hint : '';
}
