import type { paths } from '../../api/generated/service.js';
import { ProblemError } from '../../api/problem.js';
import type { User } from './user.js';

export const CREDENTIALS = ['title', 'speciality', 'qualifications', 'registration_council', 'registration_number', 'valid_from', 'valid_until'] as const;
type Credential = (typeof CREDENTIALS)[number];

/** What of a user can be changed by others, as a form holds it: nothing is an empty text. */
export interface ProfileFields extends Record<Credential, string> {
  display_name: string;
  phone: string;
  preferred_channel: User['preferred_channel'];
  clinical_patient_id: string;
}

type ProfileChanges = NonNullable<paths['/v1/user-management/admin/users/{id}']['patch']['requestBody']>['content']['application/json'];

export function toProfileFields({ display_name, phone, preferred_channel, practitioner_profile, patient_account }: User): ProfileFields {
  const credentials = Object.fromEntries(CREDENTIALS.map((name) => [name, practitioner_profile?.[name] ?? ''])) as Record<Credential, string>;
  return { display_name, phone: phone ?? '', preferred_channel, ...credentials, clinical_patient_id: patient_account?.clinical_patient_id ?? '' };
}

/** As the service takes it, with what belongs to a type within its own part. */
export function toProfileChanges({ display_name, phone, preferred_channel, clinical_patient_id, ...rest }: Partial<ProfileFields>): ProfileChanges {
  const credentials = Object.entries(rest).map(([name, value]) => [name, orNull(value)]);
  return {
    ...(display_name === undefined ? {} : { display_name }),
    ...(phone === undefined ? {} : { phone: orNull(phone) }),
    ...(preferred_channel === undefined ? {} : { preferred_channel }),
    ...(clinical_patient_id === undefined ? {} : { patient_account: { clinical_patient_id: orNull(clinical_patient_id) } }),
    ...(credentials.length === 0 ? {} : { practitioner_profile: Object.fromEntries(credentials) as Record<Credential, string> }),
  };
}

/** The service names a field with the part it stands in, the form does not. */
export function atFormFields(refusal: unknown): unknown {
  if (!(refusal instanceof ProblemError) || refusal.problem.errors === undefined) return refusal;
  const errors = refusal.problem.errors.map(({ field, message }) => ({ field: field.split('.').at(-1) ?? field, message }));
  return new ProblemError({ ...refusal.problem, errors });
}

const orNull = (text: string) => (text.trim() === '' ? null : text);
