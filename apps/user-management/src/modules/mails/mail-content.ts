/** What a mail says, for programs that show HTML and for those that don't. */
export interface MailContent {
  subject: string;
  text: string;
  html: string;
}

/** A mail as its parts; whatever people typed into them is text and nothing else. */
export interface MailParts {
  subject: string;
  /** Who is greeted, as they are called. */
  name: string;
  paragraphs: string[];
  /** What to do now, and where. */
  link: { label: string; url: string };
}

const LONGEST_NAME = 80;
/** What mail programs make a link of: a stranger must not get one into a mail of ours by their name. */
const LOOKS_LIKE_A_LINK = /[/@:]|\w\.\p{L}{2,}/u;

/** Both forms of the same words. */
export function composeMail({ subject, name, paragraphs, link }: MailParts): MailContent {
  const lines = [greet(name), ...paragraphs];
  const html = [...lines.map(escapeHtml), `${escapeHtml(link.label)}: <a href="${escapeHtml(link.url)}">${escapeHtml(link.url)}</a>`];
  return {
    // Whoever gets a line break into a subject writes headers.
    subject: toOneLine(subject),
    text: `${[...lines, `${link.label}: ${link.url}`].join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="en"><body>\n${html.map((line) => `<p>${line}</p>`).join('\n')}\n</body></html>\n`,
  };
}

function greet(name: string): string {
  const shown = toOneLine(name);
  const isName = shown !== '' && shown.length <= LONGEST_NAME && !LOOKS_LIKE_A_LINK.test(shown);
  return isName ? `Hello ${shown},` : 'Hello,';
}

/** Control characters, marks of direction and broken surrogates go; any space is a space. */
function toOneLine(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/\p{C}/gu, '')
    .trim();
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
