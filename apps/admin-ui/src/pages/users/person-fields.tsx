import { Fieldset, Group, Radio, SimpleGrid, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { UserType } from '@sa-platform/contracts';
import { useTranslation } from 'react-i18next';
import { DELIVERY_CHOICES, PRACTITIONER_DAYS, PRACTITIONER_TEXTS, type NewUser } from './new-user.js';

const TWO_COLUMNS = { base: 1, xs: 2 };

interface PersonFieldsProps {
  form: UseFormReturnType<NewUser>;
  types: UserType[];
}

/** Who somebody is, and what only those of their type have. */
export function PersonFields({ form, types }: PersonFieldsProps) {
  const { t } = useTranslation();
  const { user_type: type } = form.values;
  return (
    <>
      <Fieldset legend={t('users.new.person')}>
        <Radio.Group label={t('users.type')} mb="md" {...form.getInputProps('user_type')}>
          <Group mt={4}>
            {types.map((value) => (
              <Radio key={value} value={value} label={t(`type.${value}`)} />
            ))}
          </Group>
        </Radio.Group>
        <SimpleGrid cols={TWO_COLUMNS}>
          <TextInput label={t('users.email')} type="email" required autoComplete="off" {...form.getInputProps('email')} />
          <TextInput label={t('users.name')} required autoComplete="off" maxLength={200} {...form.getInputProps('display_name')} />
          <TextInput label={t('users.new.phone')} type="tel" autoComplete="off" {...form.getInputProps('phone')} />
        </SimpleGrid>
      </Fieldset>
      {type === 'clinician' && (
        <Fieldset legend={t('users.new.practitioner')}>
          <SimpleGrid cols={TWO_COLUMNS}>
            {PRACTITIONER_TEXTS.map((name) => (
              <TextInput key={name} label={t(`users.new.credentials.${name}`)} autoComplete="off" {...form.getInputProps(`practitioner_profile.${name}`)} />
            ))}
          </SimpleGrid>
          <SimpleGrid cols={TWO_COLUMNS} mt="md">
            {PRACTITIONER_DAYS.map((name) => (
              <TextInput key={name} type="date" label={t(`users.new.credentials.${name}`)} {...form.getInputProps(`practitioner_profile.${name}`)} />
            ))}
          </SimpleGrid>
        </Fieldset>
      )}
      {type === 'patient' && (
        <Fieldset legend={t('users.new.patient')}>
          <TextInput
            label={t('users.new.clinicalPatient')}
            description={t('users.new.clinicalPatientText')}
            autoComplete="off"
            {...form.getInputProps('patient_account.clinical_patient_id')}
          />
        </Fieldset>
      )}
    </>
  );
}

/** How the person learns of their account. */
export function DeliveryFields({ form }: { form: UseFormReturnType<NewUser> }) {
  const { t } = useTranslation();
  return (
    <Fieldset legend={t('users.new.delivery')}>
      <Radio.Group aria-label={t('users.new.delivery')} {...form.getInputProps('provisioning.delivery')}>
        <Group gap="sm" align="start" style={{ flexDirection: 'column' }}>
          {DELIVERY_CHOICES.map((value) => (
            <Radio key={value} value={value} label={t(`users.new.deliveries.${value}.label`)} description={t(`users.new.deliveries.${value}.text`)} />
          ))}
        </Group>
      </Radio.Group>
    </Fieldset>
  );
}
