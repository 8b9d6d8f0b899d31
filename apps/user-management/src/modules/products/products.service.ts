import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import type { AuditAction, AuditState, Page } from '@sa-platform/contracts';
import { uuidv7 } from 'uuidv7';
import { Database } from '../../platform/database/database.js';
import { violatedConstraint } from '../../platform/database/database-errors.js';
import { AppError } from '../../platform/errors/app-error.js';
import { requireMatch, strongEtag, Tagged } from '../../platform/http/etag.js';
import { actorOf } from '../access/caller.js';
import { reachOfCaller } from '../access/reach.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { differenceOf } from '../audit/difference.js';
import type { CreateProductDto, GrantCountView, ListedProductView, ListProductsQuery, ProductView, UpdateProductDto } from './products.dto.js';
import { ProductsRepository, type NewProduct, type Product } from './products.repository.js';

const READ = 'admin:products:read';

@Injectable()
export class ProductsService {
  constructor(
    private readonly database: Database,
    private readonly products: ProductsRepository,
    private readonly trail: AuditTrail,
  ) {}

  async listProducts({ limit, offset, search }: ListProductsQuery, caller: Caller): Promise<Page<ListedProductView>> {
    const { items, total } = await this.products.list(search, { limit, offset });
    const counts = await this.products.countGrants(items.map(({ id }) => id), reachOfCaller(caller, READ));
    return { items: items.map((product) => ({ ...toView(product), grant_count: counts.get(product.id) ?? 0 })), total, limit, offset };
  }

  /** @throws AppError `product.not_found` */
  async getProduct(id: string): Promise<Tagged<ProductView>> {
    const product = await this.require(id);
    return new Tagged(toView(product), strongEtag(product.version));
  }

  async createProduct(dto: CreateProductDto, caller: Caller): Promise<Tagged<ProductView>> {
    const id = dto.id ?? uuidv7();
    return this.database.transaction(async () => {
      await this.products.insert({ ...dto, id, key: dto.key ?? id }).catch((error: unknown) => {
        const constraint = violatedConstraint(error);
        if (constraint === null) throw error;
        throw new AppError(constraint === 'products_product_key_key' ? 'product.key_taken' : 'product.id_taken');
      });
      await this.audit('PRODUCT_CREATED', caller, null, await this.require(id));
      return this.getProduct(id);
    });
  }

  async updateProduct(id: string, dto: UpdateProductDto, ifMatch: string | null, caller: Caller): Promise<Tagged<ProductView>> {
    return this.database.transaction(async () => {
      await this.products.lock(id);
      const product = await this.require(id);
      requireMatch(ifMatch, strongEtag(product.version));
      await this.products.update(id, dto);
      await this.audit('PRODUCT_UPDATED', caller, product, await this.require(id));
      return this.getProduct(id);
    });
  }

  async countGrants(id: string, caller: Caller): Promise<GrantCountView> {
    await this.require(id);
    const counts = await this.products.countGrants([id], reachOfCaller(caller, READ));
    return { product_id: id, grant_count: counts.get(id) ?? 0 };
  }

  /** @throws AppError `product.not_found` that names the fields below `path` */
  async requireExisting(ids: string[], path: string): Promise<void> {
    if (ids.length === 0) return;
    const existing = new Set(await this.products.listExisting(ids));
    const missing = ids.flatMap((id, index) =>
      existing.has(id) ? [] : [{ field: ids.length === 1 ? path : `${path}.${index}`, message: `${id} does not exist` }],
    );
    if (missing.length > 0) throw new AppError('product.not_found', undefined, missing);
  }

  /** Creates it unless its id is taken. */
  async ensure(product: NewProduct): Promise<void> {
    if ((await this.products.find(product.id)) === null) await this.products.insert(product);
  }

  private async audit(action: AuditAction, caller: Caller, before: Product | null, after: Product): Promise<void> {
    const change = differenceOf(before && toState(before), toState(after));
    if (change.after === null) return;
    await this.trail.record({ action, actor: actorOf(caller), target: { type: 'product', id: after.id }, organisationId: null, ...change });
  }

  private async require(id: string): Promise<Product> {
    const product = await this.products.find(id);
    if (product === null) throw new AppError('product.not_found');
    return product;
  }
}

function toState({ key, name, description }: Product): AuditState {
  return { key, name, description };
}

function toView(product: Product): ProductView {
  return {
    id: product.id,
    key: product.key,
    name: product.name,
    description: product.description,
    created_at: product.createdAt.toISOString(),
    updated_at: product.updatedAt.toISOString(),
  };
}
