export { fastifyAuth, handleAuthErrors, type FastifyAuthOptions, type RouteAccess } from './fastify-auth.js';
