import { jest } from '@jest/globals';

// Starting PGlite and the whole service takes seconds on a busy machine; the tests themselves take milliseconds.
jest.setTimeout(60_000);
