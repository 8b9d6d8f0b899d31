import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors } from 'oidc-provider';
import type Provider from 'oidc-provider';
import { renderErrorPage, sendPage } from './html-page.js';

const EXPIRED = 'This sign-in has expired, or it was started in another browser.';

export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/**
 * The interaction of the request, or null after an error page was sent. It comes from a signed, http-only, same-site cookie
 * and has to be the one in the address, so another site can neither post here nor continue someone's sign-in.
 */
export async function findInteraction(
  req: IncomingMessage,
  res: ServerResponse,
  { oidc, uid }: { oidc: Provider; uid: string },
): Promise<Interaction | null> {
  try {
    const interaction = await oidc.interactionDetails(req, res);
    if (interaction.uid === uid) return interaction;
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
  }
  sendPage(res, 400, renderErrorPage(EXPIRED));
  return null;
}
