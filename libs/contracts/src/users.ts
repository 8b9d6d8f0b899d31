/** What kind of person a user is; the type role of the same key gives their platform-wide permissions. */
export const USER_TYPES = ['clinician', 'admin', 'patient', 'user'] as const;
export type UserType = (typeof USER_TYPES)[number];

/** `pending`: waits for approval. `suspended`: may come back. `deactivated`: out, but never removed. */
export const USER_STATUSES = ['pending', 'active', 'suspended', 'deactivated'] as const;
export type UserStatus = (typeof USER_STATUSES)[number];

/** How far the identity provider has followed our database for one user. */
export const IDENTITY_STATES = ['none', 'pending', 'synced', 'failed'] as const;
export type IdentityState = (typeof IDENTITY_STATES)[number];

/** The state of a user's account at the identity provider, for administrators. */
export interface IdentityView {
  provider: string;
  state: IdentityState;
  /** Why the last attempt did not succeed. */
  error: string | null;
  /** How many have failed since the last success. */
  attempts: number;
  next_attempt_at: string | null;
}

/** How a new person learns of their account; `none` creates it silently. */
export const DELIVERIES = ['invite', 'temporary_password', 'none'] as const;
export type Delivery = (typeof DELIVERIES)[number];

/** A person as they see themselves and as sibling services see them. Times are ISO 8601 in UTC. */
export interface UserProfile {
  id: string;
  external_id: string | null;
  email: string;
  display_name: string;
  user_type: UserType;
  status: UserStatus;
  phone: string | null;
  locale: string | null;
  time_zone: string | null;
  created_at: string;
  updated_at: string;
}

/** Where to reach a person. */
export interface UserContact {
  user_id: string;
  email: string;
  phone: string | null;
  preferred_channel: 'email' | 'phone';
}

/** Extra fields of a clinician. Dates are calendar days (YYYY-MM-DD). */
export interface PractitionerProfile {
  registration_council: string | null;
  registration_number: string | null;
  title: string | null;
  speciality: string | null;
  qualifications: string | null;
  valid_from: string | null;
  valid_until: string | null;
}

/** Extra fields of a patient; `clinical_patient_id` links to the clinical record. */
export interface PatientAccount {
  clinical_patient_id: string | null;
}

/** One role of one user in one organisation, with the products granted to it. */
export interface MembershipView {
  membership_id: string;
  user_id: string;
  organisation_id: string;
  organisation_name: string;
  role: { id: string; key: string; name: string };
  products: { product_id: string; key: string }[];
  expires_at: string | null;
  created_at: string;
}

/** A person as an administrator sees them: only the memberships that administrator may see. */
export interface AdminUserView extends UserProfile {
  preferred_channel: 'email' | 'phone';
  practitioner_profile: PractitionerProfile | null;
  patient_account: PatientAccount | null;
  memberships: MembershipView[];
  identity: IdentityView;
}

/** The envelope of every list: `total` ignores paging. */
export interface Page<Item> {
  items: Item[];
  total: number;
  limit: number;
  offset: number;
}
