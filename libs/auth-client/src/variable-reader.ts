import { ConfigurationError, type ConfigurationProblem } from './auth-error.js';
import { BASE_URL, HTTP_URL, isBaseUrl, isHttpUrl } from './http-url.js';

/** Environment variables, for example `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads variables and remembers what is wrong with them, so that one start tells all of it. What was refused reads as the
 * empty text until `finish` throws.
 */
export class VariableReader {
  readonly #problems: ConfigurationProblem[] = [];

  constructor(private readonly environment: Environment) {}

  /** As it is; an empty variable counts as not set. */
  find(name: string): string | null {
    return this.environment[name] || null;
  }

  /** @param derived what it is when it isn't set; nothing: it must be */
  word(name: string, derived?: string | null): string {
    return this.#read(name, derived, (value) => !/\s/.test(value), 'must not contain white space');
  }

  /** Words with commas between, at least one. */
  words(name: string): string[] {
    const isList = (value: string): boolean => /^[^\s,]+(,[^\s,]+)*$/.test(value);
    return this.#read(name, null, isList, 'must be words with commas between, without white space').split(',');
  }

  /** @param derived what it is when it isn't set; nothing: it must be */
  url(name: string, derived?: string | null): string {
    return this.#read(name, derived, isHttpUrl, `must be ${HTTP_URL}`);
  }

  /**
   * An address that paths can be appended to.
   *
   * @param derived what it is when it isn't set; nothing: it must be
   */
  baseUrl(name: string, derived?: string | null): string {
    return this.#read(name, derived, isBaseUrl, `must be ${BASE_URL}`);
  }

  /** @param description of the form, as the end of the sentence "… must be …" */
  matching(name: string, form: RegExp, description: string): string {
    return this.#read(name, null, (value) => form.test(value), `must be ${description}`);
  }

  /** Null when it isn't set. */
  oneOf<Value extends string>(name: string, values: readonly Value[]): Value | '' | null {
    const value = this.find(name);
    if (value === null) return null;
    return values.find((candidate) => candidate === value) ?? this.refuse(name, `must be one of ${values.join(', ')}`);
  }

  /** @returns what stands for the value from now on */
  refuse(name: string, reason: string): '' {
    if (!this.#problems.some(({ option }) => option === name)) this.#problems.push({ option: name, reason });
    return '';
  }

  /** @throws ConfigurationError with everything that was wrong */
  finish(): void {
    const [first] = this.#problems;
    if (first) throw new ConfigurationError(first.option, first.reason, this.#problems);
  }

  #read(name: string, derived: string | null | undefined, isValid: (value: string) => boolean, reason: string): string {
    const value = this.find(name);
    if (value === null) return derived ?? this.refuse(name, 'is missing');
    return isValid(value) ? value : this.refuse(name, reason);
  }
}
