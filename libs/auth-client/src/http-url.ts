// `fetch` refuses an address with credentials in it, and its error quotes them.
const URL_FORM = /^https?:\/\/[^\s@/?#]+([/?#]\S*)?$/;
const BASE_URL_FORM = /^https?:\/\/[^\s@/?#]+(\/[^\s?#]*)?$/;

/** What an address must be, as the end of the sentence "… must be …". */
export const HTTP_URL = 'an absolute http or https URL without credentials';
/** The same for one that paths can be appended to. */
export const BASE_URL = 'an absolute http or https URL without credentials and query';

/** Whether the text is `HTTP_URL`. */
export function isHttpUrl(text: string): boolean {
  return URL_FORM.test(text) && URL.canParse(text);
}

/** Whether the text is `BASE_URL`. */
export function isBaseUrl(text: string): boolean {
  return BASE_URL_FORM.test(text) && URL.canParse(text);
}
