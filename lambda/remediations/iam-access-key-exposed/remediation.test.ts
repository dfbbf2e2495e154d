import { answering, awsError, eventOf, findingOf } from '../../../test/support/remediation';
import { concerns } from '../../runtime/match';
import { isRefusal } from '../../runtime/signal';
import { create } from './remediation';
import { spec } from './spec';

const NOW = new Date('2026-11-20T10:00:00Z');
const remediator = create({}, () => NOW);
const KEY = 'AKIAEXAMPLEEXAMPLE00';
const SECOND_KEY = 'AKIAEXAMPLEEXAMPLE01';
const place = { account: '123456789012', region: 'eu-central-1', partition: 'aws' };
const resource = { names: { user: 'alice', ...place } };
const named = { names: { user: 'alice', key: KEY, ...place } };
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000);
const keyOf = (AccessKeyId: string, days: number, Status = 'Active') => ({
  UserName: 'alice',
  AccessKeyId,
  Status,
  CreateDate: daysAgo(days),
});

function userWith(keys: object[], Path = '/division/') {
  return answering({ ListAccessKeys: { AccessKeyMetadata: keys }, GetUser: { User: { UserName: 'alice', Path } } });
}

const stateOf = (Status: string, ...keys: Array<[id: string, days: number, reason: string]>) => ({
  user: 'division/alice',
  keys: keys.map(([AccessKeyId, days, reason]) => ({
    AccessKeyId,
    Status,
    CreateDate: daysAgo(days).toISOString(),
    reason,
  })),
});
const OLD = 'older than 90 days';
const FOUND = 'a finding of GuardDuty names the key';

describe('iam-access-key-exposed', () => {
  test.each(['match-malicious-caller', 'match-anomalous-exfiltration'])('finds user and key in %s', (name) => {
    const finding = findingOf(spec.id, name);
    expect(concerns(spec, finding)).toBe(true);
    expect(remediator.locateFinding?.(finding)).toEqual([{ names: { user: 'alice', key: KEY } }]);
  });

  test.each(['match-security-hub', 'match-ocsf'])('finds the user behind the path in %s', (name) => {
    expect(remediator.locateFinding?.(findingOf(spec.id, name))).toEqual([{ names: { user: 'alice' } }]);
  });

  test('looks at the whole account where Config names a user by id', () => {
    expect(remediator.locateFinding?.(findingOf(spec.id, 'match-config-account'))).toBeUndefined();
  });

  test.each(['miss-role', 'miss-session-of-user', 'miss-root'])('%s is about no long-term key of a user', (name) => {
    expect(remediator.locateFinding?.(findingOf(spec.id, name))).toEqual([]);
  });

  test.each(['miss-archived', 'miss-unusual-reading', 'miss-key-created', 'miss-passed-finding'])(
    '%s does not concern it',
    (name) => {
      const signal = eventOf(spec.id, name);
      expect(isRefusal(signal) || !concerns(spec, signal)).toBe(true);
    },
  );

  test('no call means drift', () => {
    const signal = eventOf(spec.id, 'miss-key-created');
    if (isRefusal(signal) || signal.kind !== 'call') throw new Error('must be a call');
    expect(remediator.locate(signal)).toEqual([]);
  });

  test('lists users page by page', async () => {
    const { client, sent } = answering({
      ListUsers: { Users: [{ UserName: 'alice', Path: '/division/' }], IsTruncated: true, Marker: 'more' },
    });
    expect(await remediator.list(client, place, 'from-here')).toEqual({
      resources: [{ names: { user: 'alice' } }],
      next: 'more',
    });
    expect(sent).toEqual([{ operation: 'ListUsers', input: { MaxItems: 200, Marker: 'from-here' } }]);
    expect(await remediator.list(answering({ ListUsers: { Users: [] } }).client, place)).toEqual({ resources: [] });
  });

  test.each([
    ['no keys', []],
    ['keys of 90 days', [keyOf(KEY, 90), keyOf(SECOND_KEY, 1)]],
    ['an old key that is inactive', [keyOf(KEY, 400, 'Inactive')]],
  ])('a user with %s is compliant, and the path is not asked for', async (_, keys) => {
    const { client, sent } = userWith(keys);
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: true });
    expect(sent).toEqual([{ operation: 'ListAccessKeys', input: { UserName: 'alice' } }]);
  });

  test('a named key that is inactive already is compliant', async () => {
    const { client } = userWith([keyOf(KEY, 3, 'Inactive')]);
    expect(await remediator.inspect(named, client)).toEqual({ compliant: true });
  });

  test('keys older than 90 days are drift, and no others', async () => {
    const { client } = userWith([keyOf(SECOND_KEY, 91), keyOf(KEY, 90)]);
    expect(await remediator.inspect(resource, client)).toEqual({
      compliant: false,
      drift: {
        before: stateOf('Active', [SECOND_KEY, 91, OLD]),
        after: stateOf('Inactive', [SECOND_KEY, 91, OLD]),
        names: { userPath: 'division/alice' },
      },
    });
  });

  test('a key that a finding names is drift however young, and an old one beside it too', async () => {
    const { client } = userWith([keyOf(SECOND_KEY, 91), keyOf(KEY, 1)]);
    const keys: Array<[string, number, string]> = [
      [KEY, 1, FOUND],
      [SECOND_KEY, 91, OLD],
    ];
    expect(await remediator.inspect(named, client)).toEqual({
      compliant: false,
      drift: {
        before: stateOf('Active', ...keys),
        after: stateOf('Inactive', ...keys),
        names: { userPath: 'division/alice' },
      },
    });
  });

  test.each([resource, named])('says the same on the next day, so that a plan can be approved then: %j', async (at) => {
    const keys = [keyOf(KEY, 100)];
    const tomorrow = create({}, () => daysAgo(-1));
    expect(await tomorrow.inspect(at, userWith(keys).client)).toEqual(
      await remediator.inspect(at, userWith(keys).client),
    );
  });

  test('knows a user without a path', async () => {
    const { client } = userWith([keyOf(KEY, 91)], '/');
    expect(await remediator.inspect(resource, client)).toMatchObject({ drift: { names: { userPath: 'alice' } } });
  });

  // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM writes its variables so
  test.each(['/*/', '/a?b/', '/${aws:username}/'])('never lets the path %s into a policy', async (path) => {
    const { client } = userWith([keyOf(KEY, 91)], path);
    await expect(remediator.inspect(resource, client)).rejects.toThrow('would be a wildcard in a policy');
  });

  test('has nothing to do where the user is gone', async () => {
    const { client } = answering({ ListAccessKeys: awsError('NoSuchEntityException') });
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: true, reason: 'the user is gone' });
  });

  test('lets any other error through', async () => {
    const { client } = answering({ ListAccessKeys: awsError('Throttling') });
    await expect(remediator.inspect(resource, client)).rejects.toThrow('Throttling');
  });

  const keys: Array<[string, number, string]> = [
    [KEY, 1, FOUND],
    [SECOND_KEY, 91, OLD],
  ];
  const change = { before: stateOf('Active', ...keys), after: stateOf('Inactive', ...keys) } as never;
  const updateTo = (Status: string, AccessKeyId: string) => ({
    operation: 'UpdateAccessKey',
    input: { UserName: 'alice', AccessKeyId, Status },
  });

  test('makes exactly those inactive, and minds none that is gone', async () => {
    const { client, sent } = answering({ UpdateAccessKey: awsError('NoSuchEntityException') });
    await remediator.apply(named, change, client);
    expect(sent).toEqual([KEY, SECOND_KEY].map((key) => updateTo('Inactive', key)));
  });

  test('makes them active again, but for those that are', async () => {
    const { client, sent } = answering({
      ListAccessKeys: { AccessKeyMetadata: [keyOf(KEY, 1, 'Inactive'), keyOf(SECOND_KEY, 91)] },
      UpdateAccessKey: {},
    });
    await remediator.undo?.(named, change, { read: client, write: client });
    expect(sent.slice(1)).toEqual([updateTo('Active', KEY)]);
  });

  test('is not taken back where a key was deleted since, not even for the other', async () => {
    const { client, sent } = answering({ ListAccessKeys: { AccessKeyMetadata: [keyOf(KEY, 1, 'Inactive')] } });
    await expect(remediator.undo?.(named, change, { read: client, write: client })).rejects.toMatchObject({
      name: 'ChangedError',
      message: expect.stringContaining(`the key ${SECOND_KEY} of alice was deleted`),
    });
    expect(sent).toHaveLength(1);
  });

  test('names the user with its path for the way back', () => {
    expect(remediator.undoNames?.(change)).toEqual({ userPath: 'division/alice' });
  });

  test('compares keys, not why they were made inactive', () => {
    const byAge = stateOf('Active', [KEY, 91, OLD]) as never;
    const byFinding = stateOf('Active', [KEY, 91, FOUND]) as never;
    const inactive = stateOf('Inactive', [KEY, 91, OLD]) as never;
    expect(remediator.comparable?.(byAge)).toEqual(remediator.comparable?.(byFinding));
    expect(remediator.comparable?.(byAge)).not.toEqual(remediator.comparable?.(inactive));
  });
});
