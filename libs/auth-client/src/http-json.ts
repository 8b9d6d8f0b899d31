/** One answer with its body read and parsed; `body` is undefined when there was none or it isn't JSON. */
export interface JsonAnswer {
  status: number;
  etag: string | null;
  body: unknown;
}

/** How an answer is asked for. */
export interface JsonRequest {
  fetch: typeof fetch;
  timeoutMs: number;
  /** How long the body of the answer may be. Default 1 MiB. */
  maxBytes?: number;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
}

const MAX_BYTES = 1024 * 1024;

/**
 * Asks for a JSON answer. The deadline covers the body too, a trickling answer included; redirects are errors, because a
 * bearer token must not follow one; so is a body over `maxBytes`.
 *
 * @throws whatever `fetch` throws, or an Error on a body that is too long
 */
export async function requestJson(url: string, request: JsonRequest): Promise<JsonAnswer> {
  const response = await request.fetch(url, {
    method: request.method,
    body: request.body,
    headers: { accept: 'application/json', ...request.headers },
    redirect: 'error',
    signal: AbortSignal.timeout(request.timeoutMs),
  });
  const text = await readText(response, request.maxBytes ?? MAX_BYTES);
  return { status: response.status, etag: response.headers.get('etag'), body: parse(text) };
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).byteLength;
    if (bytes > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
    text += decoder.decode(chunk as Uint8Array, { stream: true });
  }
  return text + decoder.decode();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
