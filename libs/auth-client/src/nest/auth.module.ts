import {
  Inject,
  Module,
  type DynamicModule,
  type FactoryProvider,
  type ModuleMetadata,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { APP_GUARD, ModulesContainer } from '@nestjs/core';
import type { ContextSource } from '../access/access.js';
import { AuthClient } from '../auth-client.js';
import { TokenVerifier } from '../verification/token-verifier.js';
import type { VerifierOptions } from '../verification/verifier-options.js';
import { AuthGuard, CONTEXT_SOURCE, JWT_STRATEGY } from './auth.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { closeMessageHandlers } from './message-handlers.js';

/** What the guard verifies tokens with, and whom it asks what a user may do. */
export type AuthModuleOptions =
  | {
      /** Started and closed with the application. */
      client: AuthClient;
    }
  | {
      verifier: TokenVerifier | VerifierOptions;
      /** For a service that knows its users itself, as user-management does. */
      contexts: ContextSource;
    };

/** The options, made from other providers. */
export interface AuthModuleAsyncOptions {
  imports?: ModuleMetadata['imports'];
  inject?: FactoryProvider['inject'];
  useFactory: (...dependencies: never[]) => AuthModuleOptions | Promise<AuthModuleOptions>;
}

const OPTIONS = Symbol('AUTH_MODULE_OPTIONS');

/**
 * Guards every route and message handler of the application (see `AuthGuard`). Import it once, in the root module;
 * `TokenVerifier`, `CONTEXT_SOURCE` and, when given, `AuthClient` can then be injected anywhere.
 *
 * In a hybrid application `connectMicroservice` needs `{ inheritAppConfig: true }`: without it Nest leaves the guard out,
 * and every message is refused.
 *
 * @example
 * AuthModule.forRoot({ client: createAuthClient(readAuthClientOptions(process.env)) })
 */
@Module({})
export class AuthModule implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #client: AuthClient | null;

  constructor(@Inject(OPTIONS) options: AuthModuleOptions, @Inject(ModulesContainer) modules: ModulesContainer) {
    this.#client = clientOf(options);
    closeMessageHandlers(modules);
  }

  /** The application does not start (`ConfigurationError`) with an option missing or malformed. */
  static forRoot(options: AuthModuleOptions): DynamicModule {
    return AuthModule.forRootAsync({ useFactory: () => options });
  }

  /** As `forRoot`, with options made from other providers. */
  static forRootAsync(options: AuthModuleAsyncOptions): DynamicModule {
    return {
      module: AuthModule,
      global: true,
      imports: options.imports,
      providers: [
        { provide: OPTIONS, inject: options.inject, useFactory: options.useFactory as FactoryProvider['useFactory'] },
        { provide: TokenVerifier, inject: [OPTIONS], useFactory: verifierOf },
        { provide: CONTEXT_SOURCE, inject: [OPTIONS], useFactory: contextsOf },
        { provide: AuthClient, inject: [OPTIONS], useFactory: clientOf },
        { provide: JWT_STRATEGY, inject: [TokenVerifier], useFactory: (verifier: TokenVerifier) => new JwtStrategy(verifier) },
        AuthGuard,
        { provide: APP_GUARD, useExisting: AuthGuard },
      ],
      exports: [TokenVerifier, CONTEXT_SOURCE, AuthClient],
    };
  }

  /** Starts the client once all of the application is there. */
  async onApplicationBootstrap(): Promise<void> {
    await this.#client?.start();
  }

  /** Closes the client after the last request was answered. */
  async onApplicationShutdown(): Promise<void> {
    await this.#client?.close();
  }
}

function clientOf(options: AuthModuleOptions): AuthClient | null {
  return 'client' in options ? options.client : null;
}

function verifierOf(options: AuthModuleOptions): TokenVerifier {
  if ('client' in options) return options.client.verifier;
  return options.verifier instanceof TokenVerifier ? options.verifier : new TokenVerifier(options.verifier);
}

function contextsOf(options: AuthModuleOptions): ContextSource {
  return 'client' in options ? options.client.contexts : options.contexts;
}
