import { z } from 'zod';
import { pagingFields } from '../../platform/http/paging.js';
import { id, prose, text } from '../../platform/http/validation.js';

const description = prose(500);

export const CreateProductDto = z.strictObject({
  id: id.optional().describe("The caller's own id; one is made when not given"),
  key: id.optional().describe('Name that contexts carry, never changed; the id when not given'),
  name: text(200),
  description: description.default(''),
});
export type CreateProductDto = z.output<typeof CreateProductDto>;

export const UpdateProductDto = z
  .strictObject({ name: text(200).optional(), description: description.optional() })
  .refine((changes) => Object.keys(changes).length > 0, { message: 'must change something' });
export type UpdateProductDto = z.output<typeof UpdateProductDto>;

export const ListProductsQuery = z.strictObject({
  ...pagingFields,
  search: text(200).optional().describe('Substring of key or name'),
});
export type ListProductsQuery = z.output<typeof ListProductsQuery>;

export const ProductView = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  description: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type ProductView = z.output<typeof ProductView>;

const grantCount = z.number().int().describe('Memberships that have the product, in the organisations that you may see');

/** A product in a list. */
export const ListedProductView = ProductView.extend({ grant_count: grantCount });
export type ListedProductView = z.output<typeof ListedProductView>;

export const GrantCountView = z.object({
  product_id: z.string(),
  grant_count: grantCount,
});
export type GrantCountView = z.output<typeof GrantCountView>;
