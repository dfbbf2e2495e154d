import { App, Stage, Stack, aws_s3 as s3, Validations } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { checks } from '../../../lib';
import { acknowledgementsOn } from '../../../lib/private/acknowledge';

const RULE = 'Bulwark-DAT01[BlockPublicAcls]';
const until = '2027-03-31';
const on = (moment: string): checks.IClock => ({ now: () => new Date(moment) });
const IN_TIME = on('2027-01-01T00:00:00Z');

let shown: jest.SpyInstance;
beforeEach(() => {
  shown = jest.spyOn(console, 'error').mockImplementation();
});
afterEach(() => shown.mockRestore());

function build(): { app: App; stack: Stack; bucket: s3.CfnBucket } {
  const app = new App();
  const stack = new Stack(app, 'S');
  return { app, stack, bucket: new s3.CfnBucket(stack, 'B') };
}

/** What the pack finds of public access on a bucket without a block, on the day of the clock. */
function open(add: (bucket: s3.CfnBucket, stack: Stack) => void, clock = IN_TIME): string[] {
  const { app, stack, bucket } = build();
  add(bucket, stack);
  return new checks.BaselineChecks(app, { clock })
    .validateScope(app)
    .violations.map(({ ruleName }) => ruleName)
    .filter((name) => name.startsWith('Bulwark-DAT01'));
}

const SETTINGS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];
const ALL = SETTINGS.map((setting) => `Bulwark-DAT01[${setting}]`);
const acknowledge = (scope: s3.CfnBucket | Stack, rule: string, clock = IN_TIME) =>
  checks.Acknowledgements.add(scope, { rule, reason: 'A public mirror', until }, clock);

test.each<[string, (bucket: s3.CfnBucket, stack: Stack) => void, string[]]>([
  ['on the resource covers exactly its finding', (bucket) => acknowledge(bucket, RULE), ALL.slice(1)],
  ['above it covers it too', (_, stack) => acknowledge(stack, RULE), ALL.slice(1)],
  ['with the pack before it is the same', (bucket) => acknowledge(bucket, `Bulwark::${RULE}`), ALL.slice(1)],
  ['without the finding covers nothing', (bucket) => acknowledge(bucket, 'Bulwark-DAT01'), ALL],
  ['of another finding covers nothing', (bucket) => acknowledge(bucket, 'Bulwark-DAT01[BlockPublic]'), ALL],
  ['beside it covers nothing', (_, stack) => acknowledge(new s3.CfnBucket(stack, 'Other'), RULE), ALL],
])('an acknowledgement %s', (_name, add, expected) => {
  // The bucket beside it has the same findings, which are told together.
  expect(open(add)).toEqual(expected);
});

test.each([
  ['2027-03-31T23:59:59Z', ALL.slice(1)],
  ['2027-04-01T00:00:00Z', ALL],
])('until is the last day in UTC: at %s', (moment, expected) => {
  expect(open((bucket) => acknowledge(bucket, RULE, on(moment)), on(moment))).toEqual(expected);
});

test('the pack looks at the day of its own clock, whatever was in force when it was said', () => {
  const found = open((bucket) => acknowledge(bucket, RULE, IN_TIME), on('2028-01-01T00:00:00Z'));
  expect(found).toEqual(ALL);
});

test('what CDK was told directly is held to the same clock', () => {
  const { app, bucket } = build();
  Validations.of(bucket).acknowledge({ id: `Bulwark::${RULE}`, reason: `A public mirror [until ${until}]` });
  const namesOn = (moment: string) =>
    new checks.BaselineChecks(app, { clock: on(moment) }).validateScope(app).violations.map(({ ruleName }) => ruleName);
  expect(namesOn('2027-03-31T12:00:00Z')).not.toContain('Bulwark-acknowledgement');
  expect(namesOn('2027-04-01T12:00:00Z')).toEqual(expect.arrayContaining(['Bulwark-acknowledgement', RULE]));
});

test.each([
  ['2027-03-17T23:59:59Z', false],
  ['2027-03-18T00:00:00Z', true],
  ['2027-03-31T23:59:59Z', true],
])('a warning tells date and place in the last 14 days: at %s %p', (moment, expected) => {
  const { stack, bucket } = build();
  acknowledge(bucket, RULE, on(moment));
  const warnings = Annotations.fromStack(stack).findWarning(
    '/S/B',
    Match.stringLikeRegexp(`acknowledgement of Bulwark-DAT01.BlockPublicAcls. at S/B ends on ${until}`),
  );
  expect(warnings).toHaveLength(expected ? 1 : 0);
});

test('stock packs take it as well', () => {
  const { app, bucket } = build();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  for (const rule of ['AwsSolutions-S1', 'AwsSolutions-S10']) acknowledge(bucket, rule);
  expect(() => app.synth()).not.toThrow();
});

describe('one that is over', () => {
  const OVER = on('2027-04-01T00:00:00Z');

  test('is said without an error, and fails synthesis together with all others', () => {
    const { app, stack, bucket } = build();
    acknowledge(bucket, RULE, OVER);
    acknowledge(stack, 'AwsSolutions-S1', OVER);
    acknowledge(stack, 'AwsSolutions-S10', IN_TIME);
    const act = () => app.synth();
    expect(act).toThrow(
      `[S/B] until must not lie in the past, got ${until}: mend the finding or decide again (acknowledgement of ${RULE} at S/B)`,
    );
    expect(act).toThrow(`[S] until must not lie in the past, got ${until}`);
    expect(act).not.toThrow('AwsSolutions-S10');
  });

  test('fails where only a stock pack is used', () => {
    const { app, bucket } = build();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    acknowledge(bucket, 'AwsSolutions-S1', OVER);
    expect(() => app.synth()).toThrow(`acknowledgement of AwsSolutions-S1 at S/B`);
  });

  test('is not recorded, so that it covers nothing whatever asks', () => {
    const { bucket } = build();
    acknowledge(bucket, 'AwsSolutions-S1', OVER);
    expect(acknowledgementsOn(bucket)).toEqual([]);
  });

  test('fails in a stage', () => {
    const app = new App();
    const stack = new Stack(new Stage(app, 'Prod'), 'S');
    acknowledge(new s3.CfnBucket(stack, 'B'), RULE, OVER);
    expect(() => app.synth()).toThrow('at Prod/S/B');
  });

  test('may end between its saying and synthesis', () => {
    const { app, bucket } = build();
    let moment = '2027-03-31T23:59:59Z';
    acknowledge(bucket, RULE, { now: () => new Date(moment) });
    moment = '2027-04-01T00:00:00Z';
    expect(() => app.synth()).toThrow('until must not lie in the past');
  });
});

test('without a clock the day of the system counts', () => {
  const { app, bucket } = build();
  checks.Acknowledgements.add(bucket, { rule: RULE, reason: 'A public mirror', until: '2000-01-01' });
  expect(() => app.synth()).toThrow('until must not lie in the past, got 2000-01-01');
});

test('what is no acknowledgement is refused at once', () => {
  const { bucket } = build();
  expect(() => acknowledge(bucket, 'Bulwark-DAT01[*]')).toThrow('rule must be the id of one finding');
});
