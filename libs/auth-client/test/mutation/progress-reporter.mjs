// Runs inside Jest, a child of jest-run.mjs: says after each test what came of it, and ends the process at the first
// failure. `bail` alone would go on to the end of the file.

/** @typedef {{ kind: 'passed', test: string, durationMs: number } | { kind: 'failed', test: string, reason: string } | { kind: 'ended', passed: number }} Progress */

export default class ProgressReporter {
  /** @param {unknown} _test @param {{ status: string, fullName: string, duration?: number | null, failureMessages: string[] }} result */
  onTestCaseResult(_test, result) {
    if (result.status === 'failed') fail(result.fullName, result.failureMessages[0] ?? '');
    else tell({ kind: 'passed', test: result.fullName, durationMs: result.duration ?? 0 });
  }

  /** A file that doesn't load, or whose clean-up fails, has no failing test. @param {{ path: string }} test @param {{ testExecError?: { message?: string }, failureMessage?: string | null, numFailingTests: number }} result */
  onTestFileResult(test, result) {
    if (result.testExecError) fail(test.path, result.testExecError.message ?? result.failureMessage ?? '');
  }

  /** @param {unknown} _contexts @param {{ numPassedTests: number, numRuntimeErrorTestSuites: number }} results */
  onRunComplete(_contexts, results) {
    tell({ kind: 'ended', passed: results.numPassedTests });
  }
}

/** @param {string} test @param {string} reason */
function fail(test, reason) {
  tell({ kind: 'failed', test, reason: reason.slice(0, 2000) }, () => process.exit(1));
}

/** @param {Progress} progress @param {() => void} then */
function tell(progress, then = () => {}) {
  process.send?.(progress, then);
}
