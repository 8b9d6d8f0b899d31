import { CsvError, parse } from 'csv-parse';
import { pipeline, Readable } from 'node:stream';
import { invalidField } from '../../platform/errors/app-error.js';

/** Several times what a row may hold; above it a quote was left open, or somebody tries what we bear. */
const LONGEST_RECORD_BYTES = 8_000;

export interface CsvRecord {
  /** Where it starts in the file, from 1. */
  line: number;
  cells: string[];
}

/**
 * The records of a file (RFC 4180) as it comes in, so that no more than a few of them are ever held. Line feeds alone end
 * a line too, carriage returns alone don't.
 *
 * @throws AppError 400 when it isn't UTF-8, or isn't CSV: after a misplaced quote nobody can tell rows apart
 */
export async function* readCsv(pieces: AsyncIterable<Buffer>): AsyncGenerator<CsvRecord> {
  const parser = parse({
    bom: true,
    info: true,
    max_record_size: LONGEST_RECORD_BYTES,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
  });
  // What fails in the pipeline comes out where the records are read.
  pipeline(Readable.from(decode(pieces)), parser, () => undefined);
  // The parser counts up to where a record ends, and takes CR LF within quotes for two breaks.
  let countedTwice = 0;
  try {
    for await (const { record: cells, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      const breaks = cells.flatMap((cell) => cell.match(/\r\n|\r|\n/g) ?? []);
      countedTwice += breaks.filter((found) => found === '\r\n').length;
      yield { line: info.lines - countedTwice - breaks.length, cells };
    }
  } catch (error) {
    throw error instanceof CsvError ? toAppError(error) : error;
  }
}

async function* decode(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const text = (piece?: Buffer) => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined });
    } catch {
      throw invalidField('body', 'must be UTF-8');
    }
  };
  for await (const piece of pieces) yield text(piece);
  yield text();
}

function toAppError(error: CsvError) {
  const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return invalidField('body', `line ${line} is longer than ${LONGEST_RECORD_BYTES} bytes, or a quote before it was never closed`);
  }
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return invalidField('body', `a quote on line ${line} or before it is never closed`);
  return invalidField('body', `has a misplaced quote on line ${line}`);
}
