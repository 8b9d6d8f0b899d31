export { createExpressAuth, type ExpressAuth } from './express-auth.js';
