import { resolveOrganisation } from './resolve-organisation.js';
import { buildContext, buildMembership } from '../testing/index.js';

const texas = buildMembership({ organisation_id: 'texas' });
const mississippi = buildMembership({ organisation_id: 'mississippi' });
const ended = buildMembership({ organisation_id: 'mississippi', expires_at: '2020-01-01T00:00:00Z' });
const one = buildContext({ memberships: [texas] });
const two = buildContext({ memberships: [texas, mississippi] });

test.each([
  ['the route', two, { params: { organisationId: 'ohio' } }, 'ohio'],
  ['the route in snake case', two, { params: { organisation_id: 'ohio' } }, 'ohio'],
  ['the header', two, { header: 'ohio' }, 'ohio'],
  ['route and header that agree', two, { params: { organisationId: 'ohio' }, header: 'ohio' }, 'ohio'],
  ['the only membership', one, {}, 'texas'],
  ['two memberships in one organisation', buildContext({ memberships: [texas, texas] }), {}, 'texas'],
  ['the only membership that has not ended', buildContext({ memberships: [texas, ended] }), {}, 'texas'],
  ['the header before the only membership', one, { header: 'ohio' }, 'ohio'],
  ['nothing, of two memberships', two, {}, null],
  ['nothing, without membership', buildContext(), {}, null],
  ['nothing, for a service', null, { params: { id: 'texas' } }, null],
  ['the header, for a service', null, { header: 'texas' }, 'texas'],
])('resolves by %s', (_name, context, sources, expected) => {
  expect(resolveOrganisation(context, sources)).toBe(expected);
});

test.each([
  ['route and header that differ', { params: { organisationId: 'texas' }, header: 'mississippi' }],
  ['two route parameters that differ', { params: { organisationId: 'texas', organisation_id: 'mississippi' } }],
  ['two headers', { header: ['texas', 'mississippi'] }],
  ['two headers that Node joined', { header: 'texas, mississippi' }],
  ['an empty header', { header: '' }],
  ['a header that is no id', { header: '../texas' }],
])('refuses %s', (_name, sources) => {
  expect(() => resolveOrganisation(two, sources)).toThrow(expect.objectContaining({ code: 'access.denied' }));
});
