import Sequencer from '@jest/test-sequencer';

/** By what they wait for or play through; a fresh checkout knows no times, and the last of them would run alone. */
const LONG = /\/test\/(faults|faults-planted|governance|provisioning-(faults|kill)|import-resume|kill|drift-scan|mails-delivery|rolling-restart|runbooks|migrations|shutdown|webhooks-(delivery|replicas))[.]spec/;

/** Suites that take a minute begin first, so that the others fill the time beside them. */
export default class LongSuitesFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter(({ path }) => LONG.test(path)), ...sorted.filter(({ path }) => !LONG.test(path))];
  }
}
