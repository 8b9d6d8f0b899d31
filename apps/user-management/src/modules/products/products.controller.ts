import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '@sa-platform/auth-client';
import { Access, CurrentCaller } from '@sa-platform/auth-client/nest';
import { Answers } from '../../platform/http/answers.js';
import { IfMatch } from '../../platform/http/etag.js';
import { pageOf } from '../../platform/http/paging.js';
import { administrator, platformAdmin } from '../access/rules.js';
import { CreateProductDto, GrantCountView, ListedProductView, ListProductsQuery, ProductView, UpdateProductDto } from './products.dto.js';
import { ProductsService } from './products.service.js';

@ApiTags('products')
@Controller('admin/products')
export class ProductsController {
  constructor(private readonly products: ProductsService) {}

  @Get()
  @Access(administrator('admin:products:read'))
  @Answers(200, pageOf(ListedProductView))
  list(@Query({ schema: ListProductsQuery }) query: ListProductsQuery, @CurrentCaller() caller: Caller) {
    return this.products.listProducts(query, caller);
  }

  @Post()
  @Access(platformAdmin())
  @Answers(201, ProductView, 'product.id_taken', 'product.key_taken')
  create(@Body({ schema: CreateProductDto }) body: CreateProductDto, @CurrentCaller() caller: Caller) {
    return this.products.createProduct(body, caller);
  }

  @Get(':id')
  @Access(administrator('admin:products:read'))
  @Answers(200, ProductView, 'product.not_found')
  get(@Param('id') id: string) {
    return this.products.getProduct(id);
  }

  @Get(':id/grant-count')
  @Access(administrator('admin:products:read'))
  @Answers(200, GrantCountView, 'product.not_found')
  countGrants(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.products.countGrants(id, caller);
  }

  @Patch(':id')
  @Access(platformAdmin())
  @Answers(200, ProductView, 'product.not_found', 'precondition.failed')
  update(
    @Param('id') id: string,
    @Body({ schema: UpdateProductDto }) body: UpdateProductDto,
    @IfMatch() ifMatch: string | null,
    @CurrentCaller() caller: Caller,
  ) {
    return this.products.updateProduct(id, body, ifMatch, caller);
  }
}
