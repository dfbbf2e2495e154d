import { SSMClient } from '@aws-sdk/client-ssm';
import { ModeSwitch } from '../../../lambda/runtime/mode';

const DEPLOYED = '/bulwark/main/response/mode';
const OVERRIDE = '/bulwark/main/response/override';
const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 20, 10, 0, seconds));

/** What Parameter Store answers: parameters that are not there are left out. */
function store(values: Record<string, string>) {
  const Parameters = Object.entries(values).map(([Name, Value]) => ({ Name, Value }));
  return jest.spyOn(SSMClient.prototype, 'send').mockImplementation(async () => ({ Parameters }));
}

afterEach(() => jest.restoreAllMocks());

describe('the mode', () => {
  test.each([
    [{ [DEPLOYED]: 'ENFORCE' }, 'ENFORCE'],
    [{ [DEPLOYED]: 'ENFORCE', [OVERRIDE]: 'OBSERVE' }, 'OBSERVE'],
    [{ [OVERRIDE]: 'ENFORCE', [DEPLOYED]: 'OBSERVE' }, 'ENFORCE'],
  ])('of %j is %s', async (values, mode) => {
    store(values);
    expect(await new ModeSwitch(DEPLOYED, OVERRIDE, 'eu-central-1').read(at(0))).toBe(mode);
  });

  test.each([
    [{}, `${DEPLOYED} must be OBSERVE or ENFORCE`],
    [{ [DEPLOYED]: 'ENFORCE', [OVERRIDE]: 'off' }, `${OVERRIDE} must be OBSERVE or ENFORCE, got "off"`],
  ])('of %j stops everything', async (values, message) => {
    store(values);
    await expect(new ModeSwitch(DEPLOYED, OVERRIDE, 'eu-central-1').read(at(0))).rejects.toThrow(message);
  });

  test('is read again after half a minute, and a refusal is not remembered', async () => {
    const mode = new ModeSwitch(DEPLOYED, OVERRIDE, 'eu-central-1');
    store({ [OVERRIDE]: 'off' });
    await expect(mode.read(at(0))).rejects.toThrow('nothing is changed');
    jest.restoreAllMocks();
    const send = store({ [DEPLOYED]: 'ENFORCE' });
    for (const seconds of [1, 30, 31]) await mode.read(at(seconds));
    expect(send).toHaveBeenCalledTimes(2);
  });
});
