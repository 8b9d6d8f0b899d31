import { Button, Group, Stack } from '@mantine/core';
import type { ReactNode, SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Conflict } from './conflict.js';
import { Trouble } from './trouble.js';
import type { Difference } from './use-edit.js';

interface EditFormProps<Fields extends object> {
  /** What `useEdit` answers. */
  edit: {
    form: { values: Fields };
    submit: (event?: SyntheticEvent<HTMLFormElement>) => void;
    error: unknown;
    isSaving: boolean;
    conflict: Difference<Fields>[] | null;
    takeTheirs: () => void;
    keepMine: () => void;
  };
  nameOf: (field: keyof Fields & string) => string;
  onCancel: () => void;
  /** The fields. */
  children: ReactNode;
}

/** The fields of what is edited, whatever came between, and the way out. */
export function EditForm<Fields extends object>({ edit, nameOf, onCancel, children }: EditFormProps<Fields>) {
  const { t } = useTranslation();
  return (
    <form onSubmit={edit.submit} noValidate>
      <Stack>
        {children}
        {edit.conflict !== null && <Conflict differences={edit.conflict} nameOf={nameOf} onTakeTheirs={edit.takeTheirs} onKeepMine={edit.keepMine} />}
        {edit.error !== null && <Trouble error={edit.error} fields={edit.form.values} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={edit.isSaving} disabled={edit.conflict !== null}>
            {t('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
