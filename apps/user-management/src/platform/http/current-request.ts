import { AsyncLocalStorage } from 'node:async_hooks';

export interface CurrentRequest {
  /** What the caller of the API sees as `request_id`. */
  id: string;
  /** Of HTTP; `MESSAGE` for a message. */
  method: string;
  /** The route and not the address, which may hold search terms; of a message its pattern. */
  route: string | null;
}

const current = new AsyncLocalStorage<CurrentRequest>();

/** Runs what handles a request, so that whatever it calls can name it. */
export function runInRequest<Result>(request: CurrentRequest, handle: () => Result): Result {
  return current.run(request, handle);
}

/** @returns null outside a request: in jobs and at boot */
export function currentRequest(): CurrentRequest | null {
  return current.getStore() ?? null;
}
