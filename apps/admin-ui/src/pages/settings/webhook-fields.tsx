import { MultiSelect, Textarea, TextInput } from '@mantine/core';
import type { GetInputPropsReturnType } from '@mantine/form';
import { EVENT_TYPES, type EventType } from '@sa-platform/contracts';
import { useTranslation } from 'react-i18next';

export interface WebhookValues {
  url: string;
  types: EventType[];
  description: string;
}

type InputProps = (field: keyof WebhookValues) => GetInputPropsReturnType;

/** Where to, what of, and what it is for. */
export function WebhookFields({ inputProps }: { inputProps: InputProps }) {
  const { t } = useTranslation();
  return (
    <>
      <TextInput data-autofocus required withAsterisk={false} type="url" label={t('settings.url')} placeholder="https://" {...inputProps('url')} />
      <TypesField label={t('settings.types')} description={t('settings.typesNote')} {...inputProps('types')} />
      <Textarea label={t('settings.description')} autosize minRows={2} maxLength={500} {...inputProps('description')} />
    </>
  );
}

interface TypesFieldProps {
  label: string;
  description?: string;
  miw?: number;
  value?: EventType[];
  onChange?: (types: EventType[]) => void;
}

export function TypesField({ onChange, ...props }: TypesFieldProps) {
  const { t } = useTranslation();
  return <MultiSelect {...props} placeholder={props.value?.length ? '' : t('all')} data={EVENT_TYPES} searchable clearable hidePickedOptions nothingFoundMessage={t('none')} onChange={(types) => onChange?.(types)} />;
}
