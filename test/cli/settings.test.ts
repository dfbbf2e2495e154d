import { differences } from '../../cli/commands/mode';
import { promotionOf } from '../../cli/commands/promote';
import { missingOf, targetOf } from '../../cli/commands/exempt';
import { overrideOf, Settings } from '../../cli/settings';
import { planView } from '../../cli/views';
import { Answers } from '../../lambda/runtime/answers';
import type { StoredPlan } from '../../lambda/runtime/ledger/plans';

const [A, B] = ['111111111111', '222222222222'];
const BUCKETS = 's3-bucket-public-access';
const DEFAULT_GROUP = 'ec2-default-security-group';
const DEPLOYED = {
  'deployed/mode': 'ENFORCE',
  'deployed/adopt-existing': 'false',
  'deployed/iac-managed': 'PROPOSE_DEPLOYED',
  'deployed/cap': '20',
};

function settings(people: Readonly<Record<string, string>> = {}): Settings {
  return new Settings('/bulwark/main/response', new Map(Object.entries({ ...DEPLOYED, ...people })));
}

const rowsOf = (people: Readonly<Record<string, string>>, accounts = [A, B]) =>
  settings(people).rows({ remediations: [BUCKETS], accounts });

describe('what counts', () => {
  test('is told once where it is the same in all accounts', () => {
    expect(rowsOf({})).toEqual([
      {
        remediation: BUCKETS,
        accounts: [],
        mode: { value: 'ENFORCE', from: 'deployed/mode' },
        adoptExisting: { value: 'false', from: 'deployed/adopt-existing' },
        iacManaged: { value: 'PROPOSE_DEPLOYED', from: 'deployed/iac-managed' },
        cap: { value: '20', from: 'deployed/cap' },
      },
    ]);
  });

  test.each([
    [
      'a person before the deployment',
      { 'deployed/mode/s3-bucket-public-access': 'PROPOSE', 'override/mode': 'OBSERVE' },
      'OBSERVE',
      'override/mode',
    ],
    [
      'a remediation before all',
      { 'override/mode': 'OBSERVE', [`override/mode/${BUCKETS}`]: 'PROPOSE' },
      'PROPOSE',
      `override/mode/${BUCKETS}`,
    ],
    [
      'an account before a remediation',
      { [`override/mode/all/${A}`]: 'OBSERVE', [`override/mode/${BUCKETS}`]: 'PROPOSE' },
      'OBSERVE',
      `override/mode/all/${A}`,
    ],
    [
      'both before an account',
      { [`override/mode/all/${A}`]: 'OBSERVE', [`override/mode/${BUCKETS}/${A}`]: 'PROPOSE' },
      'PROPOSE',
      `override/mode/${BUCKETS}/${A}`,
    ],
  ])('is %s, and the parameter that says so is named', (_, people, value, from) => {
    expect(rowsOf(people, [A]).map(({ mode }) => mode)).toEqual([{ value, from }]);
  });

  test('is told apart where accounts differ', () => {
    const rows = rowsOf({ [`override/mode/all/${B}`]: 'OBSERVE' });
    expect(rows.map(({ accounts, mode }) => [accounts, mode?.value])).toEqual([
      [[A], 'ENFORCE'],
      [[B], 'OBSERVE'],
    ]);
  });

  test('is nothing where a parameter means nothing, as the engine takes it', () => {
    const [row] = rowsOf({ 'override/mode': 'ON' });
    expect(row?.mode).toBeUndefined();
    expect(row?.problem).toMatch(/override\/mode must match .*, got "ON": nothing is changed/);
  });

  test.each([
    [undefined, undefined],
    ['OFF', undefined],
    ['ON', 'ON'],
    ['', ''],
  ])('by a kill switch of %j is %j', (value, on) => {
    expect(settings(value === undefined ? {} : { 'kill-switch': value }).killSwitch).toBe(on);
  });
});

describe('an override', () => {
  test.each([
    [{}, 'override/mode'],
    [{ remediation: BUCKETS }, `override/mode/${BUCKETS}`],
    [{ account: A }, `override/mode/all/${A}`],
    [{ remediation: BUCKETS, account: A }, `override/mode/${BUCKETS}/${A}`],
  ])('for %j is %s', (scope, name) => {
    expect(overrideOf('mode', scope)).toBe(name);
  });

  test('is told by what it changes', () => {
    const before = rowsOf({});
    expect(differences(before, rowsOf({ 'override/mode': 'OBSERVE' }))).toEqual([
      `${BUCKETS}: ENFORCE (deployed/mode) → OBSERVE (override/mode)`,
    ]);
    expect(differences(before, rowsOf({ [`override/mode/all/${B}`]: 'OBSERVE' }))).toEqual([
      `${BUCKETS} in ${B}: ENFORCE (deployed/mode) → OBSERVE (override/mode/all/${B})`,
    ]);
  });

  test('that another one hides says so', () => {
    const hidden = { [`override/mode/${BUCKETS}`]: 'PROPOSE' };
    expect(differences(rowsOf(hidden), rowsOf({ ...hidden, 'override/mode': 'OBSERVE' }))).toEqual([
      'nothing changes by it: a narrower override counts',
    ]);
  });
});

describe('a promotion', () => {
  const plan = (given: Partial<StoredPlan> = {}): StoredPlan => ({
    planId: 'p-0123456789abcdef',
    hash: '0123456789abcdef',
    remediation: BUCKETS,
    resourceArn: 'arn:aws:s3:::a',
    account: A,
    region: 'eu-central-1',
    names: '{}',
    before: 'null',
    after: '{"on":true}',
    reason: 'the drift was there before',
    actor: 'arn:aws:iam::111111111111:user/jane',
    signalId: 's-1:0',
    state: 'OPEN',
    startedAt: '2026-11-25T08:00:00.000Z',
    ...given,
  });

  test.each([
    ['repairs what interrupts nothing', {}, {}, 'ENFORCE', 'existing drift is adopted'],
    [
      'leaves what may interrupt',
      { remediation: DEFAULT_GROUP },
      {},
      'PROPOSE',
      'the repair may interrupt an application',
    ],
    ['leaves what a mode leaves', {}, { 'override/mode': 'PROPOSE' }, 'PROPOSE', 'the mode is PROPOSE'],
    ['leaves all while the kill switch is on', {}, { 'kill-switch': 'ON' }, 'OBSERVE', 'the kill switch is on'],
    [
      'leaves what a stack owns, where that is wanted',
      { reason: 'the stack Shop owns the resource' },
      { 'override/iac-managed': 'PROPOSE' },
      'PROPOSE',
      'the stack Shop owns the resource',
    ],
    [
      'repairs what a stack owns otherwise',
      { reason: 'the stack Shop owns the resource' },
      {},
      'ENFORCE',
      'existing drift is adopted',
    ],
  ])('%s', (_, given, people, act, because) => {
    const one = plan(given);
    expect(promotionOf(one, settings(people), planView(one, new Answers('main')))).toMatchObject({
      act,
      because,
      before: null,
      after: { on: true },
    });
  });
});

describe('an exemption', () => {
  test.each([
    [
      'a resource whose ARN names its account',
      { resource: `arn:aws:ec2:eu-central-1:${B}:instance/i-1` },
      'resource',
      B,
    ],
    ['a resource in the account that is given', { resource: 'arn:aws:s3:::a', account: B }, 'resource', B],
    ['an account', { account: B }, 'account', B],
    ['a tag in an account', { tag: 'shop', account: A }, 'tag', A],
  ])('is for %s', (_, given, scope, account) => {
    expect(targetOf(given, [A, B])).toMatchObject({ scope, account });
  });

  test('is for the only account where there is one', () => {
    expect(targetOf({ resource: 'arn:aws:s3:::a' }, [A])).toEqual({
      scope: 'resource',
      target: 'arn:aws:s3:::a',
      account: A,
    });
  });

  test('asks for the account where there are several', () => {
    expect(() => targetOf({ tag: 'shop' }, [A, B])).toThrow(/Say --account/);
  });

  test('needs nothing more to be listed or ended', () => {
    expect(missingOf({ list: true })).toEqual([]);
    expect(missingOf({ revoke: 'e-0123456789abcdef' })).toEqual([]);
  });
});
