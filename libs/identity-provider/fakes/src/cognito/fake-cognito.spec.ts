import { DEFAULT_QUOTAS, startFakeCognito, type FakeCognito, type FakeCognitoOptions } from './index.js';

let fake: FakeCognito;
afterEach(() => fake.stop());

interface Answer {
  status: number;
  type: string | null;
  body: Record<string, unknown>;
}

async function call(operation: string, input: object = {}): Promise<Answer> {
  const response = await fetch(fake.address, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` },
    body: JSON.stringify({ UserPoolId: fake.userPoolId, ...input }),
  });
  return { status: response.status, type: response.headers.get('x-amzn-errortype'), body: (await response.json()) as Record<string, unknown> };
}

const attributes = (values: Record<string, string>) => Object.entries(values).map(([Name, Value]) => ({ Name, Value }));
const email = (address: string, verified = 'true') => attributes({ email: address, email_verified: verified });
const create = (Username: string, more: object = {}) => call('AdminCreateUser', { Username, MessageAction: 'SUPPRESS', ...more });
const start = async (options: FakeCognitoOptions = {}) => {
  fake = await startFakeCognito(options);
};

describe('the protocol', () => {
  it('names an exception in the body and in a header', async () => {
    await start();
    const { status, type, body } = await call('AdminGetUser', { Username: 'nobody' });
    expect([status, type, body.__type]).toEqual([400, 'UserNotFoundException', 'UserNotFoundException']);
  });

  it('knows no other operations, pools or bodies', async () => {
    await start();
    expect((await call('DeleteUserPool')).type).toBe('UnknownOperationException');
    expect((await call('ListUsers', { UserPoolId: 'eu-west-1_Other' })).type).toBe('ResourceNotFoundException');
    const response = await fetch(fake.address, { method: 'POST', headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.ListUsers' }, body: '[' });
    expect(response.headers.get('x-amzn-errortype')).toBe('InvalidParameterException');
  });

  it('notes each call with whom it is about and whether it was carried out', async () => {
    await start();
    await create('a@example.com');
    await create('a@example.com');
    expect(fake.ledger.of('AdminCreateUser')).toMatchObject([
      { subject: 'a@example.com', applied: true, status: 200 },
      { subject: 'a@example.com', applied: false, status: 400 },
    ]);
  });

  it('refuses with TooManyRequestsException beyond a quota, until the second is over', async () => {
    await start({ quotas: DEFAULT_QUOTAS });
    const answers = [];
    for (let i = 0; i < 20; i += 1) answers.push((await call('DescribeUserPool')).type);
    expect(answers.slice(0, 15)).toEqual(Array(15).fill(null));
    expect(answers.slice(15)).toEqual(Array(5).fill('TooManyRequestsException'));
    fake.advance(1_001);
    expect((await call('DescribeUserPool')).status).toBe(200);
  });
});

describe('creating', () => {
  it('makes the Username up where people sign in by e-mail, and it is the subject', async () => {
    await start();
    await create('a@example.com');
    const { username, sub } = fake.users.get('a@example.com');
    expect(username).toBe(sub);
    expect((await call('AdminGetUser', { Username: sub })).body.Username).toBe(sub);
    expect((await create('not-an-e-mail')).type).toBe('InvalidParameterException');
  });

  it('keeps the Username where e-mail is an alias, and takes no e-mail for one', async () => {
    await start({ signInMode: 'alias' });
    expect((await create('ada', { UserAttributes: email('a@example.com') })).body.User).toMatchObject({ Username: 'ada' });
    expect((await call('AdminGetUser', { Username: 'a@example.com' })).body.Username).toBe('ada');
    expect((await create('b@example.com')).type).toBe('InvalidParameterException');
    expect((await create('other', { UserAttributes: email('A@example.com') })).type).toBe('UsernameExistsException');
    expect((await create('other', { UserAttributes: email('a@example.com', 'false') })).status).toBe(200);
  });

  it.each([[false, 'UsernameExistsException'], [true, null]])('compares case only where the pool does (%s)', async (caseSensitive, type) => {
    await start({ caseSensitive });
    await create('a@example.com');
    expect((await create('A@example.com')).type).toBe(type);
  });

  it('sends a text message unless told otherwise, and fails without a phone', async () => {
    await start();
    expect((await call('AdminCreateUser', { Username: 'a@example.com' })).type).toBe('InvalidParameterException');
    expect(fake.users.list()).toEqual([]);
    await call('AdminCreateUser', { Username: 'a@example.com', UserAttributes: attributes({ phone_number: '+15550102233' }) });
    expect(fake.mails).toMatchObject([{ medium: 'SMS' }]);
  });

  it.each([
    ['an unknown custom attribute', attributes({ 'custom:unknown': 'x' }), 'InvalidParameterException'],
    ['the subject', attributes({ sub: 'x' }), 'InvalidParameterException'],
    ['a phone that is not E.164', attributes({ phone_number: '0123' }), 'InvalidParameterException'],
    ['a value of 2049 characters', attributes({ name: 'x'.repeat(2049) }), 'InvalidParameterException'],
  ])('refuses %s', async (_case, UserAttributes, type) => {
    await start();
    expect((await create('a@example.com', { UserAttributes })).type).toBe(type);
  });

  it('refuses a temporary password that the policy forbids', async () => {
    await start();
    expect((await create('a@example.com', { TemporaryPassword: 'short' })).type).toBe('InvalidPasswordException');
  });
});

describe('changing attributes', () => {
  it('makes a new e-mail unverified unless it comes with its proof, and deletes by a blank', async () => {
    await start();
    await create('a@example.com', { UserAttributes: email('a@example.com').concat(attributes({ name: 'A' })) });
    const { sub } = fake.users.get('a@example.com');
    await call('AdminUpdateUserAttributes', { Username: sub, UserAttributes: attributes({ email: 'b@example.com', name: '' }) });
    expect(Object.fromEntries(fake.users.get(sub).attributes)).toEqual({ email: 'b@example.com', email_verified: 'false' });
    await call('AdminUpdateUserAttributes', { Username: sub, UserAttributes: email('c@example.com') });
    expect(fake.users.get(sub).attributes.get('email_verified')).toBe('true');
  });

  it('gives a verified alias to one account alone', async () => {
    await start({ signInMode: 'alias' });
    fake.users.seed({ email: 'a@example.com', username: 'first' });
    fake.users.seed({ email: 'a@example.com', username: 'second', emailVerified: false });
    const verify = await call('AdminUpdateUserAttributes', { Username: 'second', UserAttributes: attributes({ email_verified: 'true' }) });
    expect(verify.type).toBe('AliasExistsException');
  });
});

describe('states', () => {
  it('resets only whoever signed in, and resends only to whoever did not', async () => {
    await start();
    await create('a@example.com', { UserAttributes: email('a@example.com') });
    const resend = { Username: 'a@example.com', MessageAction: 'RESEND', DesiredDeliveryMediums: ['EMAIL'] };
    expect((await call('AdminResetUserPassword', { Username: 'a@example.com' })).type).toBe('NotAuthorizedException');
    expect((await call('AdminCreateUser', resend)).status).toBe(200);
    fake.users.confirm('a@example.com', 'Passw0rd!');
    expect((await call('AdminCreateUser', resend)).type).toBe('UnsupportedUserStateException');
    expect((await call('AdminResetUserPassword', { Username: 'a@example.com' })).status).toBe(200);
    expect(fake.signIn('a@example.com', 'Passw0rd!')).toBe(false);
  });

  it('keeps a disabled account in the list, and lets it in nowhere', async () => {
    await start();
    fake.users.seed({ email: 'a@example.com', password: 'Passw0rd!' });
    expect(fake.signIn('a@example.com', 'Passw0rd!')).toBe(true);
    await call('AdminDisableUser', { Username: 'a@example.com' });
    expect(fake.signIn('a@example.com', 'Passw0rd!')).toBe(false);
    expect((await call('ListUsers')).body.Users).toMatchObject([{ Enabled: false }]);
  });
});

describe('listing', () => {
  it.each([
    ['61 at a time', { Limit: 61 }],
    ['a custom attribute', { Filter: 'custom:user_id = "1"' }],
    ['two attributes', { Filter: 'email = "a" and name = "b"' }],
    ['an operator that is none', { Filter: 'email != "a"' }],
    ['an unescaped quote', { Filter: 'email = "a"b"' }],
    ['no quotes', { Filter: 'email = a' }],
    ['more than 256 characters', { Filter: `email = "${'a'.repeat(256)}"` }],
    ['a token of nobody', { PaginationToken: 'x' }],
  ])('refuses %s', async (_case, input) => {
    await start();
    expect((await call('ListUsers', input)).type).toBe('InvalidParameterException');
  });

  it('finds by equality and by prefix, quotes escaped', async () => {
    await start();
    fake.users.seed({ email: 'a@example.com', attributes: { name: 'Ada "the" Countess' } });
    fake.users.seed({ email: 'b@example.com' });
    const found = async (Filter: string) => ((await call('ListUsers', { Filter })).body.Users as unknown[]).length;
    expect(await found('email = "A@example.com"')).toBe(1);
    expect(await found('name ^= "Ada \\"the\\""')).toBe(1);
    expect(await found('status = "Enabled"')).toBe(2);
    expect(await found('email = "nobody"')).toBe(0);
  });

  it('binds a token to its parameters and to an hour', async () => {
    await start();
    for (const name of ['a', 'b', 'c']) fake.users.seed({ email: `${name}@example.com` });
    const { PaginationToken } = (await call('ListUsers', { Limit: 1 })).body;
    expect((await call('ListUsers', { Limit: 2, PaginationToken })).type).toBe('InvalidParameterException');
    expect((await call('ListUsers', { Limit: 1, PaginationToken })).body.Users).toHaveLength(1);
    fake.advance(3_600_001);
    expect((await call('ListUsers', { Limit: 1, PaginationToken })).type).toBe('InvalidParameterException');
  });

  it('is behind by as long as it is told', async () => {
    await start({ listLagMs: 1_000 });
    const { username } = fake.users.seed({ email: 'a@example.com' });
    expect((await call('ListUsers')).body.Users).toEqual([]);
    fake.advance(1_000);
    expect((await call('ListUsers')).body.Users).toHaveLength(1);
    fake.users.delete(username);
    expect((await call('ListUsers')).body.Users).toHaveLength(1);
    fake.advance(1_000);
    expect((await call('ListUsers')).body.Users).toEqual([]);
  });
});

describe('groups', () => {
  it('exist once, take 100 for an account, and page', async () => {
    await start();
    fake.users.seed({ email: 'a@example.com' });
    expect((await call('AdminAddUserToGroup', { Username: 'a@example.com', GroupName: 'g' })).type).toBe('ResourceNotFoundException');
    for (let i = 0; i <= 100; i += 1) {
      await call('CreateGroup', { GroupName: `g${i}` });
      const { type } = await call('AdminAddUserToGroup', { Username: 'a@example.com', GroupName: `g${i}` });
      expect(type).toBe(i < 100 ? null : 'LimitExceededException');
    }
    expect((await call('CreateGroup', { GroupName: 'g1' })).type).toBe('GroupExistsException');
    const first = (await call('AdminListGroupsForUser', { Username: 'a@example.com' })).body;
    expect(first.Groups).toHaveLength(60);
    expect((await call('AdminListGroupsForUser', { Username: 'a@example.com', NextToken: first.NextToken })).body.Groups).toHaveLength(40);
  });
});
