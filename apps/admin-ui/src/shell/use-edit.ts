import { useForm, type UseFormInput } from '@mantine/form';
import { useState } from 'react';
import { ProblemError } from '../api/problem.js';
import type { Versioned } from '../api/versioned.js';

/** What one field holds: here, and at somebody else who was faster. */
export interface Difference<Fields> {
  field: keyof Fields & string;
  theirs: Fields[keyof Fields];
  mine: Fields[keyof Fields];
}

interface EditOptions<Value, Fields extends object> {
  /** As it was read when the form was opened. */
  read: Versioned<Value>;
  toFields: (value: Value) => Fields;
  /** Reads it anew. */
  reread: () => Promise<Versioned<Value>>;
  /** Sends what was changed, with the version it rests on (`If-Match`); throws the refusal. */
  save: (changes: Partial<Fields>, version: string) => Promise<unknown>;
  onSaved: () => void;
  validate?: UseFormInput<Fields>['validate'];
}

/**
 * A form over something that has versions: only the fields that were changed are sent, and only over the version that was
 * seen. When somebody else was faster (412), theirs and mine are shown side by side, and nothing is overwritten unseen.
 */
export function useEdit<Value, Fields extends object>({ read, toFields, reread, save, onSaved, validate }: EditOptions<Value, Fields>) {
  const [base, setBase] = useState(read);
  const [conflict, setConflict] = useState<Versioned<Value> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isSaving, setSaving] = useState(false);
  const form = useForm<Fields>({ initialValues: toFields(read.value), ...(validate === undefined ? {} : { validate }) });

  async function send(over: Versioned<Value>): Promise<void> {
    setSaving(true);
    setError(null);
    try {
      const changes = changedFields(toFields(over.value), toFields(base.value), form.getValues());
      if (Object.keys(changes).length > 0) await save(changes, over.version);
      onSaved();
    } catch (refusal) {
      await explain(refusal);
    } finally {
      setSaving(false);
    }
  }

  async function explain(refusal: unknown): Promise<void> {
    const problem = refusal instanceof ProblemError ? refusal.problem : null;
    if (problem?.code === 'precondition.failed') return reread().then(setConflict, setError);
    for (const { field, message } of problem?.errors ?? []) form.setFieldError(field, message);
    setError(refusal);
  }

  return {
    form,
    error,
    isSaving,
    submit: form.onSubmit(() => void send(base)),
    /** Where somebody else's version differs from what this form began with; null as long as nobody was faster. */
    conflict: conflict && differencesOf(toFields(conflict.value), toFields(base.value), form.getValues()),
    /** Goes on with theirs; what was typed here is dropped. */
    takeTheirs: () => {
      if (!conflict) return;
      setBase(conflict);
      form.setInitialValues(toFields(conflict.value));
      form.reset();
      setConflict(null);
    },
    /** Saves what was typed here over what they saved, which has been seen by now. */
    keepMine: () => {
      if (!conflict) return;
      const seen = conflict;
      setConflict(null);
      void send(seen);
    },
  };
}

/** What was changed here, and is not so already. */
function changedFields<Fields extends object>(now: Fields, before: Fields, mine: Fields): Partial<Fields> {
  const names = Object.keys(mine) as (keyof Fields)[];
  return Object.fromEntries(names.filter((name) => !isSame(mine[name], before[name]) && !isSame(mine[name], now[name])).map((name) => [name, mine[name]])) as Partial<Fields>;
}

function differencesOf<Fields extends object>(theirs: Fields, before: Fields, mine: Fields): Difference<Fields>[] {
  const names = Object.keys(mine) as (keyof Fields & string)[];
  return names.filter((field) => !isSame(theirs[field], before[field])).map((field) => ({ field, theirs: theirs[field], mine: mine[field] }));
}

/** Fields are texts, flags and lists of texts. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
