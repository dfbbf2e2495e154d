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

  test.each([
    [{ ...GOOD, account: '123' }, 'account must be 12 digits, got "123"'],
    [{ ...GOOD, homeRegion: 'Frankfurt' }, 'homeRegion must be a Region such as eu-central-1, got "Frankfurt"'],
    [{ ...GOOD, otherRegions: ['eu-west-1', 'moon'] }, 'otherRegions must be Regions such as eu-west-1, got "moon"'],
    [{ ...GOOD, qualifier: 'My-Team' }, 'got "My-Team"'],
    [{ ...GOOD, remediationMode: 'YOLO' }, 'remediationMode must be OBSERVE or ENFORCE, got "YOLO"'],
    [{ ...GOOD, alarmEmail: 'nobody' }, 'alarmEmail must be a mail address, got "nobody"'],
    [{ ...GOOD, qualifer: 'x' }, 'qualifer is not a parameter'],
    [{}, 'account is not known'],
  ])('%j is refused by the name of the value', (parameters, message) => {
    expect(() => resolve(parameters)).toThrow(message);
    expect(() => resolve(parameters)).toThrow('"test" in bin/parameters.ts');
  });

  test('an environment that is not there is told with those that are', () => {
    expect(() => resolveParameters('prod', {})).toThrow('there are default, sandbox');
    expect(() => resolveParameters('toString', {})).toThrow('there is no environment "toString"');
  });
});
