import { z } from 'zod';
import { pagingFields } from '../../platform/http/paging.js';
import { id, text } from '../../platform/http/validation.js';

export const CreateOrganisationDto = z.strictObject({
  id: id.optional().describe("The caller's own id; one is made when not given"),
  name: text(200),
});
export type CreateOrganisationDto = z.output<typeof CreateOrganisationDto>;

export const UpdateOrganisationDto = z.strictObject({ name: text(200) });
export type UpdateOrganisationDto = z.output<typeof UpdateOrganisationDto>;

export const ListOrganisationsQuery = z.strictObject({
  ...pagingFields,
  search: text(200).optional().describe('Substring of id or name'),
});
export type ListOrganisationsQuery = z.output<typeof ListOrganisationsQuery>;

export const OrganisationView = z.object({
  id: z.string(),
  name: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type OrganisationView = z.output<typeof OrganisationView>;
