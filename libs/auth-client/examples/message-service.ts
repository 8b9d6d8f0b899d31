import { Controller, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { EventPattern, MessagePattern, Payload, type ClientProxy } from '@nestjs/microservices';
import {
  createAuthClient,
  type AuthClientOptions,
  type EventEnvelope,
  type ServiceTokenSource,
  type UserContext,
} from '@sa-platform/auth-client';
import { AuthErrorFilter, AuthModule, CurrentUser, Public, RequirePermissions, RequireScope, TenantId, withToken } from '@sa-platform/auth-client/nest';
import { firstValueFrom } from 'rxjs';

/** What this service did, for the spec beside this file. */
export const done: string[] = [];

function recordPayment(claimId: string): void {
  done.push(`recorded ${claimId}`);
}

function forgetPerson(userId: string | null): void {
  done.push(`forgot ${userId ?? 'nobody'}`);
}

// #region handlers
@Controller()
class ClaimMessages {
  @MessagePattern('claims.find')
  @RequirePermissions('claims:read')
  find(@Payload() { claimId }: { claimId: string }, @CurrentUser() user: UserContext, @TenantId() organisationId: string): object {
    return { claim: claimId, reader: user.display_name, organisation: organisationId };
  }

  @EventPattern('claims.paid')
  @RequireScope('claims:export')
  onPaid(@Payload() { claimId }: { claimId: string }): void {
    recordPayment(claimId);
  }

  /** Events of user-management carry no token: whoever may publish in Redis is believed. */
  @EventPattern('users.events')
  @Public()
  onUserEvent(@Payload() event: EventEnvelope): void {
    if (event.type === 'users.erased') forgetPerson(event.user_id);
  }
}
// #endregion

/** The service that the spec beside this file starts. */
export function createMessageModule(options: AuthClientOptions): new () => object {
  @Module({
    imports: [AuthModule.forRoot({ client: createAuthClient(options) })],
    controllers: [ClaimMessages],
    providers: [{ provide: APP_FILTER, useClass: AuthErrorFilter }],
  })
  class MessageModule {}
  return MessageModule;
}

/** A question of the service that a user called: the user's token goes on. */
export async function askForClaim(messages: ClientProxy, token: string): Promise<unknown> {
  // #region send
  const claim: unknown = await firstValueFrom(
    messages.send('claims.find', withToken({ claimId: 'claim-1' }, token, 'texas')),
  );
  // #endregion
  return claim;
}

/** An event in the name of the service itself. */
export async function tellOfPayment(messages: ClientProxy, tokens: ServiceTokenSource): Promise<void> {
  // #region emit
  messages.emit('claims.paid', withToken({ claimId: 'claim-1' }, await tokens.getToken()));
  // #endregion
}
