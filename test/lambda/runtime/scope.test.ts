import { FUNCTION_VARIABLES } from '../../../lambda/runtime/deployment/spec';
import { ConfigurationError } from '../../../lambda/runtime/errors';
import { readDeployment } from '../../../lambda/runtime/scope';

const HUB = '123456789012';
const MEMBER = '210987654321';
const ENV = {
  BULWARK_QUALIFIER: 'blue',
  BULWARK_HUB_ACCOUNT: HUB,
  BULWARK_ACCOUNTS: `${HUB},${MEMBER}`,
  BULWARK_REGIONS: 'eu-central-1,us-east-1',
  BULWARK_LEDGER: 'ledger',
  BULWARK_REPORT_BUS: 'bus',
  BULWARK_QUEUE: 'own',
  BULWARK_SIGNAL_QUEUE: 'signals',
  BULWARK_PARTITION: 'aws-us-gov',
  BULWARK_REMEDIATIONS: '{"test-lamp":{"role":"r"},"test-bell":{}}',
};

describe('a deployment', () => {
  const { scope, active } = readDeployment(ENV);

  test('covers what it was told', () => {
    expect([...active]).toEqual(['test-lamp', 'test-bell']);
    expect(scope).toMatchObject({
      qualifier: 'blue',
      partition: 'aws-us-gov',
      hubAccount: HUB,
      accounts: [HUB, MEMBER],
      regions: ['eu-central-1', 'us-east-1'],
    });
    expect([scope.settingsOf('test-lamp'), scope.settingsOf('test-fife')]).toEqual([{ role: 'r' }, {}]);
  });

  test('knows the roles of each account', () => {
    const role = `arn:aws-us-gov:iam::${MEMBER}:role/bulwark/blue`;
    expect(scope.readRoleArn(MEMBER)).toBe(`${role}/read/bulwark-blue-read`);
    expect(scope.repairRoleArn(MEMBER, 'test-lamp', false)).toBe(`${role}/tighten/bulwark-blue-test-lamp`);
    expect(scope.repairRoleArn(MEMBER, 'test-lamp', true)).toBe(`${role}/disruptive/bulwark-blue-test-lamp`);
    expect(scope.undoRoleArn(MEMBER, 'test-lamp')).toBe(`${role}/loosen/bulwark-blue-test-lamp-undo`);
  });

  test.each([
    [true, MEMBER, 'tighten/bulwark-blue-test-bell'],
    [true, MEMBER, 'loosen/bulwark-blue-test-bell-undo'],
    [true, HUB, 'bulwark-blue-undo'],
    [false, MEMBER, 'bulwark-blue-undo'],
    [false, MEMBER, 'loosen/bulwark-blue-test-bell'],
    [false, MEMBER, 'tighten/bulwark-blue-test-bell-undo'],
    [false, MEMBER, 'tighten/bulwark-blue-test-fife'],
  ])('%s: in %s the role %s is ours', (is, account, role) => {
    expect(scope.isOurs(`arn:aws-us-gov:iam::${account}:role/bulwark/blue/${role}`, account)).toBe(is);
  });

  test.each(FUNCTION_VARIABLES)('needs %s', (name) => {
    for (const value of [undefined, '']) {
      expect(() => readDeployment({ ...ENV, [name]: value })).toThrow(ConfigurationError);
      expect(() => readDeployment({ ...ENV, [name]: value })).toThrow(`environment variables ${name}`);
    }
  });

  test.each(['{', 'null', '[]', '{"test-lamp":null}', '{"test-lamp":[]}', '{"test-lamp":{"role":7}}'])(
    'does not take %s for its remediations',
    (BULWARK_REMEDIATIONS) => {
      expect(() => readDeployment({ ...ENV, BULWARK_REMEDIATIONS })).toThrow(ConfigurationError);
    },
  );
});
