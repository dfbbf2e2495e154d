import type { Call, CloudTrailRecord } from '../../../sandbox/gateway';
import { type Sighting, Trace } from '../../../sandbox/runner/watch';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const ROLE = 'arn:aws:iam::123456789012:role/bulwark/main';

function call(after: number, overrides: Partial<Call>): Call {
  return {
    seq: after,
    time: new Date(START + after).toISOString(),
    caller: 'arn:aws:iam::123456789012:user/operator',
    service: 's3',
    operation: 'GetPublicAccessBlock',
    region: 'eu-central-1',
    resources: ['arn:aws:s3:::b'],
    actions: [],
    decision: 'allowed',
    mutating: false,
    status: 200,
    ms: 5,
    ...overrides,
  };
}

const ATTACK = call(0, { operation: 'DeletePublicAccessBlock', mutating: true, eventId: 'e-1' });
const READ = call(40, { roleArn: `${ROLE}/read/bulwark-main-read` });
const ASSUME = call(60, { operation: 'AssumeRole', service: 'sts', resources: [`${ROLE}/tighten/bulwark-main-s3`] });
const WRITE = call(90, {
  operation: 'PutPublicAccessBlock',
  mutating: true,
  roleArn: `${ROLE}/tighten/bulwark-main-s3`,
});
const RECORD = { eventID: 'e-1', eventName: 'DeleteBucketPublicAccessBlock', awsRegion: 'eu-central-1' };

function report(outcome: string, id = 'e-1', reason?: string) {
  return {
    runId: 'r-1',
    remediation: 's3',
    outcome,
    resourceArn: 'arn:aws:s3:::b',
    signal: { id, kind: 'call', cause: 'DeleteBucketPublicAccessBlock' },
    answer: 'nothing to do',
    ...(reason !== undefined && { reason }),
  };
}

function trace() {
  const sightings: Sighting[] = [];
  const made = new Trace({ operation: 'DeletePublicAccessBlock', arn: 'arn:aws:s3:::b', remediation: 's3' }, (each) =>
    sightings.push(each),
  );
  return { made, sightings };
}

const records = [RECORD as unknown as CloudTrailRecord];

test('an attack is followed from the call to the repair, with times since the call was answered', () => {
  const { made, sightings } = trace();
  made.take([ATTACK, READ], records, []);
  made.take([ASSUME, WRITE], [], [report('REMEDIATED')]);
  expect(sightings.map(({ step, after }) => (step === 'report' ? step : [step, after]))).toEqual([
    ['attack', 0],
    ['read', 35],
    ['signal', 0],
    ['decision', 60],
    ['repair', 90],
    'report',
  ]);
  expect(made.result).toEqual({ detectedAfter: 35, repairedAfter: 90, outcome: 'REMEDIATED', runId: 'r-1' });
});

test('reports and calls of other events decide nothing', () => {
  const { made, sightings } = trace();
  made.take([READ, WRITE, ATTACK], records, [report('REMEDIATED', 'e-0')]);
  expect(made.result).toBeUndefined();
  expect(sightings.map(({ step }) => step)).toEqual(['attack', 'signal']);
});

test('what was not repaired says so, with the reason', () => {
  const { made } = trace();
  made.take([ATTACK, READ], records, [report('OBSERVED', 'e-1', 'the mode is OBSERVE')]);
  expect(made.result).toEqual({
    detectedAfter: 35,
    outcome: 'OBSERVED',
    reason: 'the mode is OBSERVE',
    runId: 'r-1',
  });
});

test('what another remediation says of the same call is not taken for the answer', () => {
  const { made } = trace();
  const other = { ...report('COMPLIANT'), remediation: 'other' };
  made.take([ATTACK, READ], records, [other]);
  expect(made.result).toBeUndefined();
  made.take([], [], [other, { ...report('PROPOSED'), planId: 'p-1', planHash: 'h' }]);
  expect(made.result).toMatchObject({ outcome: 'PROPOSED', plan: { planId: 'p-1', hash: 'h' } });
});

test('a repair that was refused is seen', () => {
  const { made, sightings } = trace();
  made.take([ATTACK, { ...WRITE, decision: 'denied', status: 403, reason: 'no statement allows it' }], records, []);
  expect(sightings.at(1)).toMatchObject({ text: 'PutPublicAccessBlock was denied: no statement allows it' });
  expect(made.times).toEqual({});
});
