import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors } from 'oidc-provider';
import type Provider from 'oidc-provider';
import type { AccountDirectory } from './account-directory.js';
import { renderErrorPage, sendPage } from './html-page.js';
import { originsOf } from './oidc-clients.js';
import { readBody } from './request-body.js';
import { renderSignInPage } from './sign-in-page.js';

const EXPIRED = 'This sign-in has expired, or it was started in another browser.';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** What the sign-in page works with. */
export interface InteractionParts {
  oidc: Provider;
  directory: AccountDirectory;
}

/**
 * The page between an authorization request and its answer. The interaction comes from a signed, http-only, same-site
 * cookie and has to be the one in the address, so another site can neither post here nor continue someone's sign-in.
 */
export async function handleInteraction(
  req: IncomingMessage,
  res: ServerResponse,
  parts: InteractionParts & { uid: string },
): Promise<void> {
  const interaction = await findInteraction(req, res, parts);
  if (!interaction) {
    sendPage(res, 400, renderErrorPage(EXPIRED));
    return;
  }
  if (interaction.prompt.name === 'consent') {
    // Asked for with prompt=consent; all clients are our own, so it is given.
    await parts.oidc.interactionFinished(req, res, { consent: {} });
  } else if (req.method === 'POST') {
    await signIn(req, res, { ...parts, interaction });
  } else {
    await showPage(res, 200, { ...parts, interaction, email: loginHint(interaction) });
  }
}

async function findInteraction(
  req: IncomingMessage,
  res: ServerResponse,
  { oidc, uid }: InteractionParts & { uid: string },
): Promise<Interaction | null> {
  try {
    const interaction = await oidc.interactionDetails(req, res);
    return interaction.uid === uid ? interaction : null;
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return null;
    throw error;
  }
}

async function signIn(
  req: IncomingMessage,
  res: ServerResponse,
  parts: InteractionParts & { interaction: Interaction },
): Promise<void> {
  const form = new URLSearchParams(await readBody(req, 'application/x-www-form-urlencoded'));
  const email = form.get('email') ?? '';
  const accepted = await parts.directory.signIn(email, form.get('password') ?? '');
  if (!accepted) {
    await showPage(res, 400, { ...parts, email, hasFailed: true });
    return;
  }
  const login = { accountId: accepted.subject, ts: accepted.authTime, amr: ['pwd'] };
  await parts.oidc.interactionFinished(req, res, { login }, { mergeWithLastSubmission: false });
}

async function showPage(
  res: ServerResponse,
  status: number,
  page: InteractionParts & { interaction: Interaction; email: string; hasFailed?: boolean },
): Promise<void> {
  const client = await page.oidc.Client.find(String(page.interaction.params.client_id));
  const html = renderSignInPage({
    clientName: client?.clientName ?? client?.clientId ?? '',
    email: page.email,
    hasFailed: page.hasFailed ?? false,
  });
  sendPage(res, status, html, originsOf(client?.redirectUris ?? []));
}

function loginHint(interaction: Interaction): string {
  const { login_hint: hint } = interaction.params;
  return typeof hint === 'string' ? hint : '';
}
