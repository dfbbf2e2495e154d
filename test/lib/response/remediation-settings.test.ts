import { effective } from '../../../lambda/runtime/settings';
import { IacManaged, RemediationMode } from '../../../lib';
import { deployedSettings, type SwitchProps } from '../../../lib/response/remediation-settings';

const IDS = ['test-lamp', 'test-bell'];
const ACCOUNT = '123456789012';
const deployed = (props: SwitchProps = {}) => deployedSettings('AutoRemediation at Test', IDS, props);

describe('the settings as deployed', () => {
  test('repair new drift, and propose what was there before', () => {
    expect(deployed()).toEqual({
      mode: 'ENFORCE',
      'adopt-existing': 'false',
      'iac-managed': 'PROPOSE_DEPLOYED',
      cap: '20',
    });
  });

  test('say what they were told, by remediation and account', () => {
    expect(
      deployed({
        mode: RemediationMode.PROPOSE,
        modes: { 'test-lamp': RemediationMode.ENFORCE, [`all/${ACCOUNT}`]: RemediationMode.OBSERVE },
        adoptExisting: ['test-bell'],
        iacManaged: IacManaged.ENFORCE,
        changeCap: 0,
      }),
    ).toEqual({
      mode: 'PROPOSE',
      'mode/test-lamp': 'ENFORCE',
      [`mode/all/${ACCOUNT}`]: 'OBSERVE',
      'adopt-existing': 'false',
      'adopt-existing/test-bell': 'true',
      'iac-managed': 'ENFORCE',
      cap: '0',
    });
    expect(deployed({ adoptExisting: ['all', 'test-lamp'] })).toMatchObject({
      'adopt-existing': 'true',
      'adopt-existing/test-lamp': 'true',
    });
  });

  test('mean to the functions what they say here', () => {
    const settings = deployed({ modes: { [`test-lamp/${ACCOUNT}`]: RemediationMode.OBSERVE }, adoptExisting: ['all'] });
    const parameters = new Map(Object.entries(settings).map(([name, value]) => [`deployed/${name}`, value]));
    expect(effective('/root', parameters, 'test-lamp', ACCOUNT)).toEqual({
      mode: 'OBSERVE',
      isKilled: false,
      adoptExisting: true,
      iacManaged: 'PROPOSE_DEPLOYED',
      cap: 20,
    });
    expect(effective('/root', parameters, 'test-bell', ACCOUNT).mode).toBe('ENFORCE');
  });

  test.each<[SwitchProps, string]>([
    [{ changeCap: -1 }, 'changeCap must be a whole number from 0 to 99999, got -1'],
    [{ changeCap: 1.5 }, 'changeCap must be a whole number from 0 to 99999, got 1.5'],
    [{ changeCap: 100_000 }, 'changeCap must be a whole number from 0 to 99999, got 100000'],
    [
      { modes: { '*': RemediationMode.OBSERVE } },
      'modes must be keyed by REMEDIATION, REMEDIATION/ACCOUNT or all/ACCOUNT, got "*"',
    ],
    [{ modes: { 'test-lamp/1': RemediationMode.OBSERVE } }, 'got "test-lamp/1"'],
    [
      { modes: { 'test-fife': RemediationMode.OBSERVE } },
      'modes names the remediation "test-fife", which is not deployed',
    ],
    [
      { adoptExisting: ['test-fife'] },
      'adoptExisting names the remediation "test-fife", which is not deployed; there are test-lamp, test-bell',
    ],
  ])('are refused with %j', (props, message) => {
    expect(() => deployed(props)).toThrow(message);
    expect(() => deployed(props)).toThrow('AutoRemediation at Test');
  });
});
