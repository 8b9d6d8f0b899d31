import type { ErrorCode, UserType } from '@sa-platform/contracts';
import type { paths } from '../../api/generated/service.js';
import { ProblemError } from '../../api/problem.js';

export type NewUserBody = paths['/v1/user-management/admin/users']['post']['requestBody']['content']['application/json'];

export const PRACTITIONER_TEXTS = ['registration_council', 'registration_number', 'title', 'speciality', 'qualifications'] as const;
export const PRACTITIONER_DAYS = ['valid_from', 'valid_until'] as const;
type PractitionerField = (typeof PRACTITIONER_TEXTS)[number] | (typeof PRACTITIONER_DAYS)[number];

export const DELIVERY_CHOICES = ['invite', 'temporary_password', 'none'] as const;

export interface NewMembership {
  /** Of its place on the page. */
  key: string;
  organisation_id: string | null;
  role_id: string | null;
  product_ids: string[];
  /** The last day, or empty. */
  expires_at: string;
}

/** What is filled in; fields are named as in the request, so that a refusal finds its field. */
export interface NewUser {
  user_type: UserType;
  email: string;
  display_name: string;
  phone: string;
  practitioner_profile: Record<PractitionerField, string>;
  patient_account: { clinical_patient_id: string };
  memberships: NewMembership[];
  provisioning: { delivery: (typeof DELIVERY_CHOICES)[number] };
}

export function emptyMembership(organisationId: string | null): NewMembership {
  return { key: crypto.randomUUID(), organisation_id: organisationId, role_id: null, product_ids: [], expires_at: '' };
}

export function emptyUser(userType: UserType, memberships: NewMembership[]): NewUser {
  return {
    user_type: userType,
    email: '',
    display_name: '',
    phone: '',
    practitioner_profile: { registration_council: '', registration_number: '', title: '', speciality: '', qualifications: '', valid_from: '', valid_until: '' },
    patient_account: { clinical_patient_id: '' },
    memberships,
    provisioning: { delivery: 'invite' },
  };
}

/** What the service is asked; empty fields, and those of other types, are left out. */
export function toBody(filled: NewUser): NewUserBody {
  const { user_type: userType, email, display_name: name, phone, practitioner_profile: practitioner, patient_account: patient } = filled;
  return {
    user_type: userType,
    email,
    display_name: name,
    ...withoutEmpty({ phone }),
    ...(userType === 'clinician' ? { practitioner_profile: withoutEmpty(practitioner) } : {}),
    ...(userType === 'patient' ? { patient_account: withoutEmpty(patient) } : {}),
    memberships: filled.memberships.map(toMembership),
    provisioning: filled.provisioning,
  };
}

function toMembership({ organisation_id: organisation, role_id: role, product_ids, expires_at: lastDay }: NewMembership) {
  return { organisation_id: organisation ?? '', role_id: role ?? '', product_ids, ...(lastDay === '' ? {} : { expires_at: endOf(lastDay) }) };
}

/** Midnight after it, where the administrator is. */
function endOf(lastDay: string): string {
  const end = new Date(`${lastDay}T00:00`);
  end.setDate(end.getDate() + 1);
  return end.toISOString();
}

function withoutEmpty<Fields extends Record<string, string>>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')) as Partial<Fields>;
}

/** Refusals that name no field and are about one all the same. */
const FIELD_OF: Partial<Record<ErrorCode, string>> = {
  'user.email_taken': 'email',
  'user.clinical_patient_taken': 'patient_account.clinical_patient_id',
  'user.type_forbidden': 'user_type',
  'membership.required': 'memberships',
};

/**
 * Where on the form a refusal is about.
 * @param words of the refusal as a whole
 * @returns null when it is about the whole, or something of it is about no field
 */
export function placeRefusal(filled: NewUser, error: unknown, words: string): Record<string, string> | null {
  if (!(error instanceof ProblemError)) return null;
  const { code, errors = [] } = error.problem;
  const own = FIELD_OF[code];
  const named = errors.map(({ field, message }) => [fieldAt(filled, field), message] as const);
  const placed = own === undefined ? named : [[own, words] as const];
  const isWhole = placed.length === 0 || placed.some(([field]) => field === null);
  return isWhole ? null : (Object.fromEntries(placed) as Record<string, string>);
}

/** The field that holds what the path leads to: a list of products is one field. */
function fieldAt(filled: NewUser, path: string): string | null {
  const names = path.split('.');
  let value: unknown = filled;
  for (const [index, name] of names.entries()) {
    value = (value as Record<string, unknown>)[name];
    const isField = typeof value === 'string' || value === null || (Array.isArray(value) && typeof value[0] !== 'object');
    if (isField || (Array.isArray(value) && index === names.length - 1)) return names.slice(0, index + 1).join('.');
    if (value === undefined) return null;
  }
  return null;
}
