import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { http } from '../../api/client.js';
import { ProblemError } from '../../api/problem.js';
import { useWords } from '../../shell/words.js';
import { useAttemptKey } from './attempt-key.js';
import { placeRefusal, toBody, type NewUser } from './new-user.js';

export type CreatedUser = Awaited<ReturnType<typeof createUser>>;

/** The form of a new user, and what the service says to it. */
export function useNewUser(initial: NewUser, onCreated: (user: CreatedUser) => void) {
  const { t } = useTranslation();
  const words = useWords();
  const attempt = useAttemptKey();
  const isThere = (value: string | null) => (value?.trim() ? null : t('required'));
  const form = useForm<NewUser>({
    initialValues: initial,
    validate: { email: isThere, display_name: isThere, memberships: { organisation_id: isThere, role_id: isThere } },
  });
  const creation = useMutation({
    mutationFn: (filled: NewUser) => createUser(filled, attempt.keyOf(toBody(filled))),
    onSuccess: onCreated,
    onSettled: (_user, error) => {
      if (error === null || error instanceof ProblemError) attempt.answered();
    },
    onError: (error, filled) => {
      const placed = placeRefusal(filled, error, words(error));
      if (placed === null) return;
      form.setErrors(placed);
      focusFirst(placed);
    },
  });
  const { error, isPending, variables: sent } = creation;
  const isPlaced = sent !== undefined && placeRefusal(sent, error, '') !== null;
  return { form, isPending, error: isPlaced ? null : error, submit: form.onSubmit((filled) => creation.mutate(filled), focusFirst) };
}

/** Fields that can be focused carry their path. */
function focusFirst(errors: Record<string, unknown>): void {
  const fields = [...document.querySelectorAll<HTMLElement>('[data-path]')];
  fields.find(({ dataset }) => dataset.path !== undefined && dataset.path in errors)?.focus();
}

/** @throws ProblemError */
async function createUser(filled: NewUser, key: string) {
  const { data } = await http.POST('/v1/user-management/admin/users', { body: toBody(filled), params: { header: { 'Idempotency-Key': key } } });
  if (!data) throw new Error('the answer is empty');
  return data;
}
