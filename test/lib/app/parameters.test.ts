import { type BaselineParameters, ENVIRONMENTS, resolveParameters } from '../../../bin/parameters';

const GOOD: BaselineParameters = { account: '123456789012', homeRegion: 'eu-central-1' };

function resolve(parameters: object, callers = {}) {
  return resolveParameters('test', callers, { test: parameters as BaselineParameters });
}

describe('parameters', () => {
  test('have defaults for everything but the place', () => {
    expect(resolve(GOOD)).toEqual({
      ...GOOD,
      otherRegions: [],
      qualifier: 'main',
      remediationMode: 'ENFORCE',
      remediationModes: {},
      adoptExisting: [],
      iacManaged: 'PROPOSE_DEPLOYED',
      changeCap: undefined,
      modules: undefined,
      guardDuty: 'CREATE',
      detectors: {},
      network: 'NONE',
      networkOptions: {},
      webFirewall: 'NONE',
      s3DataEvents: 'ALL',
      s3DataEventBuckets: undefined,
      alarmEmail: undefined,
      tags: {},
    });
  });

  test('take the place from the caller where they leave it open', () => {
    const callers = { account: '210987654321', region: 'eu-west-1' };
    expect(resolveParameters('default', callers, ENVIRONMENTS)).toMatchObject({
      account: '210987654321',
      homeRegion: 'eu-west-1',
    });
  });

  test.each(['us-gov-west-1', 'eusc-de-east-1', 'us-iso-east-1'])('take %s for a Region', (homeRegion) => {
    expect(resolve({ ...GOOD, homeRegion }).homeRegion).toBe(homeRegion);
  });

  test.each([
    [{ ...GOOD, account: '123' }, 'account must be 12 digits, got "123"'],
    [{ ...GOOD, homeRegion: 'Frankfurt' }, 'homeRegion must be a Region such as eu-central-1, got "Frankfurt"'],
    [{ ...GOOD, otherRegions: ['eu-west-1', 'moon'] }, 'otherRegions must be Regions such as eu-west-1, got "moon"'],
    [{ ...GOOD, qualifier: 'My-Team' }, 'got "My-Team"'],
    [{ ...GOOD, remediationMode: 'YOLO' }, 'remediationMode must be OBSERVE, PROPOSE or ENFORCE, got "YOLO"'],
    [
      { ...GOOD, remediationModes: { all: 'YOLO' } },
      'remediationModes.all must be OBSERVE, PROPOSE or ENFORCE, got "YOLO"',
    ],
    [{ ...GOOD, iacManaged: 'NEVER' }, 'iacManaged must be PROPOSE, PROPOSE_DEPLOYED or ENFORCE, got "NEVER"'],
    [{ ...GOOD, alarmEmail: 'nobody' }, 'alarmEmail must be a mail address, got "nobody"'],
    [{ ...GOOD, s3DataEvents: 'SOME' }, 's3DataEvents must be ALL, WRITE_ONLY or NONE, got "SOME"'],
    [{ ...GOOD, s3DataEvents: 'toString' }, 's3DataEvents must be ALL, WRITE_ONLY or NONE, got "toString"'],
    [{ ...GOOD, s3DataEventBuckets: [] }, 's3DataEventBuckets must name the buckets to watch, got none'],
    [{ ...GOOD, s3DataEventBuckets: ['logs', 'My_Bucket'] }, 'must be names of buckets, got "My_Bucket"'],
    [{ ...GOOD, s3DataEventBuckets: ['arn:aws:s3:::logs'] }, 'must be names of buckets, got "arn:aws:s3:::logs"'],
    [
      { ...GOOD, s3DataEvents: 'NONE', s3DataEventBuckets: ['logs'] },
      's3DataEventBuckets must be left out where s3DataEvents is NONE',
    ],
    [{ ...GOOD, network: 'FOUR_VPCS' }, 'network must be THREE_VPCS, SINGLE_VPC or NONE, got "FOUR_VPCS"'],
    [{ ...GOOD, network: 'toString' }, 'network must be THREE_VPCS, SINGLE_VPC or NONE, got "toString"'],
    [
      { ...GOOD, network: 'SINGLE_VPC', networkOptions: { zones: 2 } },
      'networkOptions.zones is no option of the network',
    ],
    [{ ...GOOD, networkOptions: { maxAzs: 2 } }, 'networkOptions must be left out where network is NONE'],
    [{ ...GOOD, webFirewall: 'ON' }, 'webFirewall must be REGIONAL, CLOUDFRONT, BOTH or NONE, got "ON"'],
    [{ ...GOOD, qualifer: 'x' }, 'qualifer is not a parameter'],
    [{}, 'account is not known'],
  ])('%j is refused by the name of the value', (parameters, message) => {
    expect(() => resolve(parameters)).toThrow(message);
    expect(() => resolve(parameters)).toThrow('"test" in bin/parameters.ts');
  });

  test('an environment that is not there is told with those that are', () => {
    expect(() => resolveParameters('prod', {})).toThrow('there are default, sandbox, sandbox-single, sandbox-transit');
    expect(() => resolveParameters('toString', {})).toThrow('there is no environment "toString"');
  });
});
