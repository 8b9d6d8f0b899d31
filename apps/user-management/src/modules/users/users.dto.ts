import { DELIVERIES, IDENTITY_STATES, USER_STATUSES, USER_TYPES } from '@sa-platform/contracts';
import { z } from 'zod';
import { MOST_PER_PAGE, pagingFields } from '../../platform/http/paging.js';
import { id, text } from '../../platform/http/validation.js';
import { AddMembershipDto, MembershipView } from '../memberships/memberships.dto.js';
import { emailAddress } from './canonical-email.js';

const MOST_MEMBERSHIPS = 50;

const phone = z.string().regex(/^\+?[0-9][0-9 ()./-]{2,30}$/, 'must be a telephone number');
const locale = z.string().max(35).refine(isLocale, { message: 'must be a BCP 47 language tag' });
const timeZone = z.string().max(64).refine(isTimeZone, { message: 'must be an IANA time zone' });
const preferredChannel = z.enum(['email', 'phone']);
const day = z.iso.date('must be a day, YYYY-MM-DD');

const practitionerProfile = z
  .strictObject({
    registration_council: text(100).nullish(),
    registration_number: text(100).nullish(),
    title: text(50).nullish(),
    speciality: text(100).nullish(),
    qualifications: text(1000).nullish(),
    valid_from: day.nullish(),
    valid_until: day.nullish(),
  })
  .refine(({ valid_from: from, valid_until: until }) => !from || !until || from <= until, {
    message: 'must not be before valid_from',
    path: ['valid_until'],
  });
export type PractitionerProfileDto = z.output<typeof practitionerProfile>;

const patientAccount = z.strictObject({ clinical_patient_id: id.nullish() });
export type PatientAccountDto = z.output<typeof patientAccount>;

const provisioning = z.strictObject({
  delivery: z.enum(DELIVERIES).default('invite').describe('How the person learns of the account'),
  email_verified: z.boolean().default(false),
  on_failure: z
    .enum(['rollback', 'queue'])
    .default('queue')
    .describe('When the identity provider fails: undo the creation, or keep trying'),
});

export const CreateUserDto = z
  .strictObject({
    email: emailAddress,
    display_name: text(200),
    user_type: z.enum(USER_TYPES),
    phone: phone.nullish(),
    practitioner_profile: practitionerProfile.optional().describe('For clinicians'),
    patient_account: patientAccount.optional().describe('For patients'),
    memberships: z.array(AddMembershipDto).max(MOST_MEMBERSHIPS).default([]),
    provisioning: provisioning.prefault({}),
  })
  .refine((dto) => !dto.practitioner_profile || dto.user_type === 'clinician', {
    message: 'only clinicians have one',
    path: ['practitioner_profile'],
  })
  .refine((dto) => !dto.patient_account || dto.user_type === 'patient', {
    message: 'only patients have one',
    path: ['patient_account'],
  });
export type CreateUserDto = z.output<typeof CreateUserDto>;

const changesSomething = (dto: object) => Object.keys(dto).length > 0;
const nothing = { message: 'must change something' };

export const UpdateMeDto = z
  .strictObject({
    display_name: text(200).optional(),
    phone: phone.nullish(),
    locale: locale.nullish(),
    time_zone: timeZone.nullish(),
  })
  .refine(changesSomething, nothing);
export type UpdateMeDto = z.output<typeof UpdateMeDto>;

export const UpdateUserDto = z
  .strictObject({
    display_name: text(200).optional(),
    status: z.enum(['active', 'suspended', 'deactivated']).optional(),
    phone: phone.nullish(),
    preferred_channel: preferredChannel.optional(),
    practitioner_profile: practitionerProfile.optional(),
    patient_account: patientAccount.optional(),
  })
  .refine(changesSomething, nothing);
export type UpdateUserDto = z.output<typeof UpdateUserDto>;

export const USER_SORTS = ['created_at', '-created_at', 'email', '-email', 'display_name', '-display_name'] as const;

const ids = z
  .string()
  .transform((value) => value.split(','))
  .pipe(z.array(id).max(MOST_PER_PAGE))
  .describe(`Only these users, separated by commas: at most ${MOST_PER_PAGE}`);

export const ListUsersQuery = z.strictObject({
  ...pagingFields,
  ids: ids.optional(),
  organisation_id: id.optional(),
  user_type: z.enum(USER_TYPES).optional(),
  status: z.enum(USER_STATUSES).optional(),
  product_id: id.optional().describe('With organisation_id: one membership has both'),
  search: text(200).optional().describe('One substring of e-mail and display name, in any case'),
  sort: z.enum(USER_SORTS).default('-created_at'),
  cursor: z.string().max(1000).optional().describe('`next_cursor` of the page before; then offset is ignored'),
  with_total: z
    .enum(['true', 'false'], { message: 'must be true or false' })
    .default('true')
    .describe('Counting takes longer the more there are, a page does not: `false` leaves `total` out'),
});
export type ListUsersQuery = z.output<typeof ListUsersQuery>;

export const ResetPasswordDto = z
  .strictObject({
    delivery: z
      .enum(['email', 'temporary_password'])
      .default('email')
      .describe('The provider mails the person, or the answer holds a one-time password'),
  })
  .prefault({});
export type ResetPasswordDto = z.output<typeof ResetPasswordDto>;

export const UserProfile = z.object({
  id: z.string(),
  external_id: z.string().nullable(),
  email: z.string(),
  display_name: z.string(),
  user_type: z.enum(USER_TYPES),
  status: z.enum(USER_STATUSES),
  phone: z.string().nullable(),
  locale: z.string().nullable(),
  time_zone: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});

export const UserContact = z.object({
  user_id: z.string(),
  email: z.string(),
  phone: z.string().nullable(),
  preferred_channel: preferredChannel,
});

/** A row of the list: the person and their memberships within the caller's reach. */
export const UserSummary = UserProfile.extend({ memberships: z.array(MembershipView) });
export type UserSummary = z.output<typeof UserSummary>;

export const AdminUserView = UserSummary.extend({
  preferred_channel: preferredChannel,
  practitioner_profile: z
    .object({
      registration_council: z.string().nullable(),
      registration_number: z.string().nullable(),
      title: z.string().nullable(),
      speciality: z.string().nullable(),
      qualifications: z.string().nullable(),
      valid_from: z.string().nullable(),
      valid_until: z.string().nullable(),
    })
    .nullable(),
  patient_account: z.object({ clinical_patient_id: z.string().nullable() }).nullable(),
  identity: z.object({
    provider: z.string(),
    state: z.enum(IDENTITY_STATES).describe('`pending`: the provider is told again by itself; `failed`: only a person can help'),
    error: z.string().nullable(),
    attempts: z.number().int(),
    next_attempt_at: z.string().nullable(),
  }),
});

export const CreatedUserView = AdminUserView.extend({
  temporary_password: z.string().optional().describe('In this one answer and nowhere else'),
});

export const UserAuthorityView = z
  .object({
    user_id: z.string(),
    is_erased: z.boolean().describe('Nothing of an erased user can be changed any more'),
    may_change: z.boolean().describe('Profile, status and credentials: who asks administers wherever the user belongs, and holds all that the user holds'),
    may_export: z.boolean().describe('All that is kept about the user: who asks administers wherever the user belongs'),
  })
  .describe('How far the authority of whoever asks goes over a user');
export type UserAuthorityView = z.output<typeof UserAuthorityView>;

export const UserPage = z.object({
  items: z.array(UserSummary),
  total: z.number().int(),
  limit: z.number().int(),
  offset: z.number().int(),
  next_cursor: z.string().nullable(),
});
export type UserPage = z.output<typeof UserPage>;

export const ListedUsers = UserPage.partial({ total: true });

export const PasswordResetView = z.object({
  user_id: z.string(),
  delivery: z.enum(['email', 'temporary_password']),
  temporary_password: z.string().optional(),
});
export type PasswordResetView = z.output<typeof PasswordResetView>;

function isLocale(value: string): boolean {
  try {
    return Intl.getCanonicalLocales(value).length === 1;
  } catch {
    return false;
  }
}

function isTimeZone(value: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: value }));
  } catch {
    return false;
  }
}
