import { CasesController, ReviewsController } from './rules.js';
// #region declared
import { readDeclaredAccess } from '@sa-platform/auth-client/nest';

test.each([CasesController, ReviewsController])('%p says of every route who may call it', (controller) => {
  for (const [name, { value: handler }] of Object.entries(Object.getOwnPropertyDescriptors(controller.prototype))) {
    if (name === 'constructor') continue;
    const { isPublic, rules } = readDeclaredAccess(handler as object, controller);
    expect([name, isPublic || rules.length > 0]).toEqual([name, true]);
  }
});
// #endregion
