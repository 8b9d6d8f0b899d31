import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { ContextSource } from '../access.js';
import { TokenVerifier } from '../token-verifier.js';
import type { VerifierOptions } from '../verifier-options.js';
import { AuthGuard, CONTEXT_SOURCE } from './auth.guard.js';
import { JwtStrategy } from './jwt.strategy.js';

/** What the guard verifies tokens with, and whom it asks what a user may do. */
export interface AuthModuleOptions {
  verifier: TokenVerifier | VerifierOptions;
  contexts: ContextSource;
}

/** The options, made from other providers. */
export interface AuthModuleAsyncOptions {
  imports?: ModuleMetadata['imports'];
  inject?: FactoryProvider['inject'];
  useFactory: (...dependencies: never[]) => AuthModuleOptions | Promise<AuthModuleOptions>;
}

const OPTIONS = Symbol('AUTH_MODULE_OPTIONS');

/**
 * Guards every route of the application (see `AuthGuard`). Import it once, in the root module; `TokenVerifier` and
 * `CONTEXT_SOURCE` can then be injected anywhere.
 *
 * @example
 * AuthModule.forRoot({
 *   verifier: { provider: 'oidc', issuer, audience, jwksUri },
 *   contexts: new HttpContextSource({ baseUrl: 'https://users.example.com' }),
 * })
 */
@Module({})
export class AuthModule {
  /** @throws ConfigurationError naming an option that is missing or malformed */
  static forRoot(options: AuthModuleOptions): DynamicModule {
    return AuthModule.forRootAsync({ useFactory: () => options });
  }

  /** As `forRoot`, with options made from other providers. */
  static forRootAsync(options: AuthModuleAsyncOptions): DynamicModule {
    return {
      module: AuthModule,
      global: true,
      imports: options.imports ?? [],
      providers: [
        { provide: OPTIONS, inject: options.inject ?? [], useFactory: options.useFactory as FactoryProvider['useFactory'] },
        {
          provide: TokenVerifier,
          inject: [OPTIONS],
          useFactory: ({ verifier }: AuthModuleOptions) =>
            verifier instanceof TokenVerifier ? verifier : new TokenVerifier(verifier),
        },
        { provide: CONTEXT_SOURCE, inject: [OPTIONS], useFactory: ({ contexts }: AuthModuleOptions) => contexts },
        JwtStrategy,
        AuthGuard,
        { provide: APP_GUARD, useExisting: AuthGuard },
      ],
      exports: [TokenVerifier, CONTEXT_SOURCE],
    };
  }
}
