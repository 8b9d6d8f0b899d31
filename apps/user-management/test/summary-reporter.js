// Says which engines ran, so that a green run on one engine can't be taken for a green run on three.
export default class SummaryReporter {
  constructor(_globalConfig, { engines, servers }) {
    this.engines = engines;
    this.servers = servers;
  }

  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    const missing = ['postgresql', 'mysql', 'redis'].filter((name) => this.servers[name] === null);
    const lines = [
      '',
      `Engines: ${this.engines.join(', ')}; Redis: ${this.servers.redis === null ? 'no' : 'yes'}`,
      ...(missing.length > 0 ? [`Not reachable, not tested: ${missing.join(', ')}`] : []),
      `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}
