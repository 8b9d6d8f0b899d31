import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { Tagged } from './etag.js';

/** Sends the tag of a `Tagged` answer as a header and its view as the body; to a message the view alone. */
@Injectable()
export class EtagInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((answer: unknown) => {
        if (!(answer instanceof Tagged)) return answer;
        if (context.getType() === 'http') void context.switchToHttp().getResponse<FastifyReply>().header('etag', answer.etag);
        return answer.view as unknown;
      }),
    );
  }
}
