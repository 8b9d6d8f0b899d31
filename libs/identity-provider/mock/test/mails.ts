import type { IssuerUnderTest } from './issuer-under-test.js';

export interface ReadMail {
  id: string;
  to: string;
  subject: string;
  text: string;
  sent_at: string;
}

/** What a script reads of the mailbox, newest first. */
export async function readMails(under: IssuerUnderTest, to?: string): Promise<ReadMail[]> {
  const query = to === undefined ? '' : `?${new URLSearchParams({ to }).toString()}`;
  const response = await fetch(`${under.issuer}/mailbox${query}`, { headers: { accept: 'application/json' } });
  return (await response.json() as { mails: ReadMail[] }).mails;
}

/** The temporary password of the newest invitation. */
export async function readInvitation(under: IssuerUnderTest, to: string): Promise<string> {
  const [mail] = await readMails(under, to);
  return /Temporary password: (\S+)/.exec(mail?.text ?? '')?.[1] ?? 'none';
}

/** The link of the newest mail. */
export async function readLink(under: IssuerUnderTest, to: string): Promise<string> {
  const [mail] = await readMails(under, to);
  return /^https?:\S+token=\S+$/m.exec(mail?.text ?? '')?.[0] ?? 'none';
}
