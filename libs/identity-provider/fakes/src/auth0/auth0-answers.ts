import type { FakeAnswer } from '../fake-server.js';

const NAMES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** An error in the form of the Management API. */
export function refusal(statusCode: number, message: string, errorCode?: string): FakeAnswer {
  return { status: statusCode, body: { statusCode, error: NAMES[statusCode] ?? 'Error', message, errorCode } };
}

/** A body as an object; null for everything else. */
export function parseObject(body: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(body);
    return isObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
