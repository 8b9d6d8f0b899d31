export { ANY, type Fault, FaultQueue } from './fault-queue.js';
export { Ledger, type LedgerEntry } from './ledger.js';
export * from './cognito/index.js';
export * from './auth0/index.js';
