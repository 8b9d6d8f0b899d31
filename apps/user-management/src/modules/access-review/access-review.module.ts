import { Module } from '@nestjs/common';
import { AccessReviewController } from './access-review.controller.js';
import { AccessReviewRepository } from './access-review.repository.js';
import { AccessReviewService } from './access-review.service.js';

@Module({ controllers: [AccessReviewController], providers: [AccessReviewRepository, AccessReviewService] })
export class AccessReviewModule {}
