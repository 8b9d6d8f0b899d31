import { useMutation } from '@tanstack/react-query';
import { http } from '../../api/client.js';
import { ProblemError } from '../../api/problem.js';
import { useAttemptKey } from './attempt-key.js';

/** A file, and how its new people learn of their account. */
export interface Chosen {
  file: File;
  delivery: 'invite' | 'none';
}

/** Sends the file as it is; once that is answered, the import runs whatever happens to this page. */
export function useUpload(onTaken: (importId: string, isDryRun: boolean) => void) {
  const attempt = useAttemptKey();
  return useMutation({
    mutationFn: async ({ file, delivery, isDryRun }: Chosen & { isDryRun: boolean }) => {
      const key = attempt.keyOf([file.name, file.size, file.lastModified, delivery, isDryRun]);
      const { data } = await http.POST('/v1/user-management/admin/users/import', {
        params: { query: { dry_run: isDryRun ? 'true' : 'false', delivery }, header: { 'Idempotency-Key': key } },
        headers: { 'content-type': 'text/csv' },
        // Read as text, what isn't UTF-8 would be replaced, and nobody told.
        body: file.name,
        bodySerializer: () => file,
      });
      if (!data) throw new Error('the answer is empty');
      return data;
    },
    onSuccess: ({ import_id: id, dry_run: isDryRun }) => onTaken(id, isDryRun),
    onSettled: (_view, error) => {
      if (error === null || error instanceof ProblemError) attempt.answered();
    },
  });
}
