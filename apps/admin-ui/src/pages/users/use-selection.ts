import { useState } from 'react';

const NOBODY: ReadonlySet<string> = new Set();

export interface Selection {
  ids: ReadonlySet<string>;
  set: (ids: Iterable<string>) => void;
  toggle: (id: string, isOn: boolean) => void;
}

/**
 * Who is ticked off in a list.
 * @param place which page of which list; what was ticked off elsewhere counts no more
 */
export function useSelection(place: string): Selection {
  const [kept, keep] = useState({ place, ids: NOBODY });
  const ids = kept.place === place ? kept.ids : NOBODY;
  const set = (chosen: Iterable<string>) => keep({ place, ids: new Set(chosen) });
  return { ids, set, toggle: (id, isOn) => set(isOn ? [...ids, id] : [...ids].filter((other) => other !== id)) };
}
