import { answering, awsError, findingOf, signalOf } from '../../../test/support/remediation';
import { declared } from '../../runtime/declared';
import { locatedBy } from '../../runtime/match';
import { operations } from './operations.generated';
import { spec } from './spec';

const remediator = declared(spec.declared, operations)({});
const place = { account: '123456789012', region: 'eu-central-1', partition: 'aws' };
const resource = { names: place };
const OFF = { EbsEncryptionByDefault: false };
const ON = { EbsEncryptionByDefault: true };

describe('ec2-ebs-default-encryption', () => {
  test('match-disable is about the one setting of the Region', () => {
    expect(remediator.locate(signalOf(spec.id, 'match-disable'))).toEqual([{ names: {} }]);
  });

  test.each(['match-security-hub', 'match-config'])('%s is about the one setting of the Region', (name) => {
    expect(locatedBy(spec, remediator, findingOf(spec.id, name))).toEqual([{ names: {} }]);
  });

  test('a sweep looks once at each Region', async () => {
    const { client, sent } = answering({});
    expect(await remediator.list(client, place)).toEqual({ resources: [{ names: {} }] });
    expect(sent).toEqual([]);
  });

  test('calls a Region that encrypts compliant', async () => {
    const { client } = answering({ GetEbsEncryptionByDefault: { ...ON, $metadata: {} } });
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: true });
  });

  test('calls a Region that does not encrypt drift, and keeps what else the answer says', async () => {
    const { client } = answering({ GetEbsEncryptionByDefault: { ...OFF, SseType: 'none', $metadata: {} } });
    expect(await remediator.inspect(resource, client)).toEqual({
      compliant: false,
      drift: { before: { ...OFF, SseType: 'none' }, after: { ...ON, SseType: 'none' } },
    });
  });

  test('lets any error through', async () => {
    const { client } = answering({ GetEbsEncryptionByDefault: awsError('UnauthorizedOperation') });
    await expect(remediator.inspect(resource, client)).rejects.toThrow('UnauthorizedOperation');
  });

  test('enables encryption and nothing else', async () => {
    const { client, sent } = answering({ EnableEbsEncryptionByDefault: {} });
    await remediator.apply(resource, { before: OFF, after: ON }, client);
    expect(sent).toEqual([{ operation: 'EnableEbsEncryptionByDefault', input: {} }]);
  });

  test.each([
    ['disables it', ON, [{ operation: 'DisableEbsEncryptionByDefault', input: {} }]],
    ['does nothing where it is disabled already', OFF, []],
  ])('taking back %s', async (_, present, expected) => {
    const read = answering({ GetEbsEncryptionByDefault: present });
    const write = answering({ DisableEbsEncryptionByDefault: {} });
    await remediator.undo?.(resource, { before: OFF, after: ON }, { read: read.client, write: write.client });
    expect(write.sent).toEqual(expected);
  });
});
