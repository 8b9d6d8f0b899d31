import { useQuery, type QueryKey } from '@tanstack/react-query';

/** Something as it was read, with the tag that says which of its versions that was (RFC 9110, `ETag`). */
export interface Versioned<Value> {
  value: Value;
  version: string;
}

interface Answer<Value> {
  data?: Value | undefined;
  response: Response;
}

/**
 * Reads something that may be changed only by whoever has seen its newest version.
 * @param key of the query's cache; starts with the path
 * @param ask the request; a refusal is thrown by the client
 * @param againAfter in milliseconds, when what was read will change by itself
 */
export function useVersioned<Value>(key: QueryKey, ask: () => Promise<Answer<Value>>, againAfter: (value: Value) => number | false = () => false) {
  return useQuery({
    queryKey: key,
    queryFn: () => readVersion(ask),
    refetchInterval: ({ state: { data } }) => data !== undefined && againAfter(data.value),
  });
}

export async function readVersion<Value>(ask: () => Promise<Answer<Value>>): Promise<Versioned<Value>> {
  const { data, response } = await ask();
  const version = response.headers.get('etag');
  if (data === undefined || version === null) throw new Error('the answer has no version');
  return { value: data, version };
}
