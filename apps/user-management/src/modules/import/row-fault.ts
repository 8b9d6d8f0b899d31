import type { ErrorCode } from '@sa-platform/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import type { Column } from './import-columns.js';

const LONGEST_MESSAGE = 200;

/** Why a row can't be imported: the column, a stable code, and words that never repeat what stood in the file. */
export class RowFault extends Error {
  override readonly name = 'RowFault';

  constructor(
    readonly field: string,
    readonly reason: ErrorCode,
    message: string,
  ) {
    super(message.slice(0, LONGEST_MESSAGE));
  }
}

/** Lets a rule that refuses tell which column of the row it refused. */
export async function at<Result>(field: Column, rule: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await rule();
  } catch (error) {
    throw error instanceof AppError ? new RowFault(field, error.code, new AppError(error.code).message) : error;
  }
}
