import { randomUUID } from 'node:crypto';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import type { UserContext } from '@sa-platform/contracts';
import type { Caller } from '../src/access/access.js';
import { AuthError } from '../src/auth-error.js';
import {
  CurrentCaller,
  CurrentUser,
  Public,
  RequireApproved,
  RequirePermissions,
  RequireScope,
  RequireUserType,
  TenantId,
} from '../src/nest/index.js';

const RUN = randomUUID();

/** Patterns that no other run uses: all of them meet in one Redis. */
export const named = (pattern: string): string => `${RUN}.${pattern}`;

/** What handlers of events were run with, oldest first. */
export const heard: unknown[] = [];

/** A handler for each way of declaring who may send. */
@Controller()
export class Messages {
  @MessagePattern(named('undeclared')) undeclared(): string {
    return 'answered';
  }
  @Public() @MessagePattern(named('public')) public(): string {
    return 'answered';
  }
  @RequireApproved() @MessagePattern(named('approved')) approved(@CurrentCaller() caller: Caller): string {
    return caller.principal.subject;
  }
  @RequireApproved() @MessagePattern(named('me')) me(@CurrentUser() user: UserContext): string {
    return user.user_id;
  }
  @RequirePermissions('claims:read') @MessagePattern(named('claims')) claims(@TenantId() organisationId: string, @Payload() payload: object): object {
    return { organisationId, payload };
  }
  @RequireScope('claims:write') @MessagePattern(named('service')) service(@CurrentUser() user: UserContext): object {
    return user;
  }
  @Public() @MessagePattern(named('public-caller')) publicCaller(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }
  @Public() @MessagePattern(named('missing')) missing(): void {
    throw new AuthError('user.not_found');
  }

  @EventPattern([named('undeclared.happened')]) undeclaredHappened(): void {
    heard.push('undeclared');
  }
  @Public() @EventPattern([named('public.happened')]) publicHappened(): void {
    heard.push('public');
  }
  @Public() @EventPattern([named('failed.happened')]) failedHappened(): void {
    throw new AuthError('internal.error');
  }
  @RequirePermissions('claims:read') @EventPattern([named('claim.happened')]) claimHappened(@TenantId() organisationId: string): void {
    heard.push(organisationId);
  }
  @RequirePermissions('claims:read') @EventPattern([named('twice.happened')]) firstOfTwo(@TenantId() organisationId: string): void {
    heard.push(`first ${organisationId}`);
  }
  @RequireApproved() @EventPattern([named('twice.happened')]) secondOfTwo(@TenantId() organisationId: string): void {
    heard.push(`second ${organisationId}`);
  }
}

/** Hears the same event as `Messages`, under other rules. */
@RequireUserType('user')
@Controller()
export class MoreMessages {
  @EventPattern([named('claim.happened')]) claimHappened(@TenantId() organisationId: string): void {
    heard.push(`${organisationId} again`);
  }
}

abstract class Inherited {
  @EventPattern([named('inherited.happened')]) happened(@TenantId() organisationId: string): void {
    heard.push(`${this.constructor.name} ${organisationId}`);
  }
}

/** Two controllers with one handler, each with rules of its own. */
@RequirePermissions('claims:read')
@Controller()
export class Readers extends Inherited {}

@RequireApproved()
@Controller()
export class Members extends Inherited {}
