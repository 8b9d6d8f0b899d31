import type { AdminUserView, IdentityView, MembershipView, UserContact, UserProfile } from '@sa-platform/contracts';
import type { IdentityJob } from '../identity/identity-job.js';
import type { PatientAccountDto, PractitionerProfileDto } from './users.dto.js';
import type { Practitioner, User } from './users.repository.js';

export function toProfile(user: User): UserProfile {
  return {
    id: user.id,
    external_id: user.externalId,
    email: user.email,
    display_name: user.displayName,
    user_type: user.userType,
    status: user.status,
    phone: user.phone,
    locale: user.locale,
    time_zone: user.timeZone,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
  };
}

export function toContact(user: User): UserContact {
  return { user_id: user.id, email: user.email, phone: user.phone, preferred_channel: user.preferredChannel };
}

export function toAdminView(user: User, memberships: MembershipView[], identity: IdentityView): AdminUserView {
  return {
    ...toProfile(user),
    preferred_channel: user.preferredChannel,
    practitioner_profile: user.practitionerProfile && toPractitionerView(user.practitionerProfile),
    patient_account: user.patientAccount && { clinical_patient_id: user.patientAccount.clinicalPatientId },
    memberships,
    identity,
  };
}

export function toPractitionerView(practitioner: Practitioner): NonNullable<AdminUserView['practitioner_profile']> {
  return {
    registration_council: practitioner.registrationCouncil,
    registration_number: practitioner.registrationNumber,
    title: practitioner.title,
    speciality: practitioner.speciality,
    qualifications: practitioner.qualifications,
    valid_from: dayOf(practitioner.validFrom),
    valid_until: dayOf(practitioner.validUntil),
  };
}

/** How far the provider has followed: no job is left, or one waits, or only a person can help. */
export function toIdentityView({ externalId }: Pick<User, 'externalId'>, job: IdentityJob | null, provider: string): IdentityView {
  if (job === null) return { provider, state: externalId === null ? 'none' : 'synced', error: null, attempts: 0, next_attempt_at: null };
  const { state, error, attempts, runAt } = job;
  return state === 'failed'
    ? { provider, state, error, attempts, next_attempt_at: null }
    : { provider, state: 'pending', error, attempts, next_attempt_at: runAt.toISOString() };
}

/** What of the profile was given; a null clears, an absent field stays. */
export function toPractitioner(dto: PractitionerProfileDto): Partial<Practitioner> {
  const { valid_from: from, valid_until: until } = dto;
  return {
    ...(dto.registration_council === undefined ? {} : { registrationCouncil: dto.registration_council }),
    ...(dto.registration_number === undefined ? {} : { registrationNumber: dto.registration_number }),
    ...(dto.title === undefined ? {} : { title: dto.title }),
    ...(dto.speciality === undefined ? {} : { speciality: dto.speciality }),
    ...(dto.qualifications === undefined ? {} : { qualifications: dto.qualifications }),
    ...(from === undefined ? {} : { validFrom: from === null ? null : new Date(from) }),
    ...(until === undefined ? {} : { validUntil: until === null ? null : new Date(until) }),
  };
}

export function toPatient(dto: PatientAccountDto): { clinicalPatientId?: string | null } {
  return dto.clinical_patient_id === undefined ? {} : { clinicalPatientId: dto.clinical_patient_id };
}

const dayOf = (date: Date | null) => date?.toISOString().slice(0, 10) ?? null;
