import type { EventType } from '@sa-platform/contracts';
import { useEffect, useState } from 'react';
import { ProblemError } from '../../api/problem.js';
import { findNewest, readBack, waitForMore, type FeedEvent } from './read-feed.js';

/** The page holds so many; what came before scrolls out of it. */
const MOST_HELD = 200;

export interface LiveEvents {
  /** The newest first. */
  items: FeedEvent[];
  /** How many came since the page follows. */
  arrived: number;
  /** Some were removed before they could be read. */
  hasMissed: boolean;
  error: unknown;
}

const NOTHING: LiveEvents = { items: [], arrived: 0, hasMissed: false, error: null };

/** Follows the feed by long-polling for as long as it is looked at. */
export function useLiveEvents(types: readonly EventType[], round: number): LiveEvents {
  const [live, setLive] = useState(NOTHING);
  const asked = types.join(',');
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const update = (change: (before: LiveEvents) => LiveEvents) => {
      if (!signal.aborted) setLive(change);
    };
    const wanted = asked === '' ? [] : (asked.split(',') as EventType[]);
    follow(wanted, signal, update).catch((error: unknown) => update((before) => ({ ...before, error })));
    return () => controller.abort();
  }, [asked, round]);
  return live;
}

type Update = (change: (before: LiveEvents) => LiveEvents) => void;

async function follow(types: readonly EventType[], signal: AbortSignal, update: Update): Promise<void> {
  const { items, newest } = await readBack(types, undefined);
  update(() => ({ ...NOTHING, items }));
  let after = newest;
  while (!signal.aborted) {
    try {
      const page = await waitForMore(after, types, signal);
      // Less than what was read already: the database was restored.
      after = Math.min(page.next_after, page.latest_sequence);
      const news = page.items.toReversed();
      update((before) => ({ ...before, arrived: before.arrived + news.length, items: [...news, ...before.items].slice(0, MOST_HELD) }));
    } catch (error) {
      if (!(error instanceof ProblemError && error.problem.code === 'events.expired')) throw error;
      after = await findNewest();
      update((before) => ({ ...before, hasMissed: true }));
    }
  }
}
