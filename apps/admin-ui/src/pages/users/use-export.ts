import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { http } from '../../api/client.js';
import { saveFile } from '../../shell/save-file.js';
import type { UserSearch } from './user-search.js';

const LINE_BREAK = 10;

/** Takes everybody whom the list shows as a file, however many pages they fill, and tells how far it is. */
export function useExport({ cursor: _cursor, ...query }: UserSearch) {
  const [lines, setLines] = useState(0);
  const stopping = useRef(new AbortController());
  const taking = useMutation({
    mutationFn: async () => {
      setLines(0);
      stopping.current = new AbortController();
      const { signal } = stopping.current;
      const pieces = await takeUsers(query, signal, (more) => setLines((before) => before + more)).catch(unlessStopped(signal));
      if (pieces) saveFile(`users-${new Date().toISOString().slice(0, 10)}.csv`, new Blob(pieces, { type: 'text/csv' }));
      return pieces !== null;
    },
  });
  return { lines, isRunning: taking.isPending, error: taking.error, start: taking.mutateAsync, stop: () => stopping.current.abort() };
}

async function takeUsers(query: UserSearch, signal: AbortSignal, onLines: (more: number) => void): Promise<Uint8Array<ArrayBuffer>[]> {
  const { data } = await http.GET('/v1/user-management/admin/users/export', { params: { query }, parseAs: 'stream', signal });
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const reader = data?.getReader();
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
    pieces.push(piece.value);
    onLines(piece.value.filter((byte) => byte === LINE_BREAK).length);
  }
  return pieces;
}

/** Whoever stopped it doesn't call that an error. */
function unlessStopped(signal: AbortSignal) {
  return (error: unknown): null => {
    if (signal.aborted) return null;
    throw error;
  };
}
