// What Chromium's trace says of a visit, in the words of Web Vitals.

/** @typedef {{ name: string, ts: number, ph: string, id2?: { local?: string }, args?: { data?: { interactionId?: number, duration?: number, isOutermostMainFrame?: boolean } } }} TraceEvent */

const MICROSECONDS = 1000;
export const INTERACTIONS = 'interaction to next paint: the slowest of the interactions of one visit';

/**
 * @param {Buffer} trace as `browser.stopTracing()` answers it
 * @returns {{ 'first contentful paint, ms': number, 'interaction to next paint, ms': number }} of the last document that
 * was shown: the one after the way to the provider and back
 */
export function readTrace(trace) {
  const { traceEvents } = /** @type {{ traceEvents: TraceEvent[] }} */ (JSON.parse(trace.toString('utf8')));
  const last = (/** @type {string} */ name) => traceEvents.filter((event) => event.name === name).reduce((latest, { ts }) => Math.max(latest, ts), 0);
  const paint = last('firstContentfulPaint');
  const start = traceEvents.filter(({ name, ts }) => name === 'navigationStart' && ts <= paint).reduce((latest, { ts }) => Math.max(latest, ts), 0);
  const interactions = traceEvents.filter(({ name, ph, args }) => name === 'EventTiming' && ph === 'b' && (args?.data?.interactionId ?? 0) > 0);
  return {
    'first contentful paint, ms': (paint - start) / MICROSECONDS,
    'interaction to next paint, ms': Math.max(0, ...interactions.map(({ args }) => args?.data?.duration ?? 0)),
  };
}
