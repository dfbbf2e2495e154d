import { answering, awsError, findingOf, signalOf } from '../../../test/support/remediation';
import { declared } from '../../runtime/declared';
import { locatedBy } from '../../runtime/match';
import { operations } from './operations.generated';
import { spec } from './spec';

const remediator = declared(spec.declared, operations)({});
const place = { account: '123456789012', region: 'eu-central-1', partition: 'aws' };
// The engine adds where the setting lives.
const resource = { names: place };
const SECURE = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const OPEN = { ...SECURE, BlockPublicPolicy: false, RestrictPublicBuckets: false };

describe('s3-account-public-access', () => {
  test.each(['match-put-account-block', 'match-delete-account-block'])(
    '%s is about the one setting there is',
    (name) => {
      expect(remediator.locate(signalOf(spec.id, name))).toEqual([{ names: {} }]);
    },
  );

  test.each(['match-security-hub', 'match-config', 'match-config-change', 'match-guardduty'])(
    '%s is about the one setting there is, whatever resource it names',
    (name) => {
      expect(locatedBy(spec, remediator, findingOf(spec.id, name))).toEqual([{ names: {} }]);
    },
  );

  test('a sweep looks once at each account', async () => {
    const { client, sent } = answering({});
    expect(await remediator.list(client, place)).toEqual({ resources: [{ names: {} }] });
    expect(sent).toEqual([]);
  });

  test('calls an account with all four settings compliant', async () => {
    const { client, sent } = answering({ GetPublicAccessBlock: { PublicAccessBlockConfiguration: SECURE } });
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: true });
    expect(sent).toEqual([{ operation: 'GetPublicAccessBlock', input: { AccountId: '123456789012' } }]);
  });

  test.each(Object.keys(SECURE))('calls an account without %s drift', async (setting) => {
    const before = { ...SECURE, [setting]: false };
    const { client } = answering({ GetPublicAccessBlock: { PublicAccessBlockConfiguration: before } });
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: false, drift: { before, after: SECURE } });
  });

  test('calls an account without any setting drift', async () => {
    const { client } = answering({ GetPublicAccessBlock: awsError('NoSuchPublicAccessBlockConfiguration') });
    expect(await remediator.inspect(resource, client)).toEqual({
      compliant: false,
      drift: { before: null, after: SECURE },
    });
  });

  test('lets any other error through', async () => {
    const { client } = answering({ GetPublicAccessBlock: awsError('AccessDenied') });
    await expect(remediator.inspect(resource, client)).rejects.toThrow('AccessDenied');
  });

  test('sets the four settings and keeps members it does not know', async () => {
    const { client, sent } = answering({ PutPublicAccessBlock: {} });
    const after = { ...SECURE, BlockSomethingNew: true };
    await remediator.apply(resource, { before: OPEN, after }, client);
    expect(sent).toEqual([
      {
        operation: 'PutPublicAccessBlock',
        input: { AccountId: '123456789012', PublicAccessBlockConfiguration: after },
      },
    ]);
  });

  describe('takes back', () => {
    const undo = async (before: unknown, present: unknown) => {
      const read = answering({ GetPublicAccessBlock: present });
      const write = answering({ PutPublicAccessBlock: {}, DeletePublicAccessBlock: {} });
      await remediator.undo?.(resource, { before, after: SECURE }, { read: read.client, write: write.client });
      return write.sent;
    };

    test('to the settings that were there', async () => {
      expect(await undo(OPEN, { PublicAccessBlockConfiguration: SECURE })).toEqual([
        {
          operation: 'PutPublicAccessBlock',
          input: { AccountId: '123456789012', PublicAccessBlockConfiguration: OPEN },
        },
      ]);
    });

    test('to no settings at all', async () => {
      expect(await undo(null, { PublicAccessBlockConfiguration: SECURE })).toEqual([
        { operation: 'DeletePublicAccessBlock', input: { AccountId: '123456789012' } },
      ]);
    });

    test('once: a second time changes nothing', async () => {
      expect(await undo(OPEN, { PublicAccessBlockConfiguration: OPEN })).toEqual([]);
      expect(await undo(null, awsError('NoSuchPublicAccessBlockConfiguration'))).toEqual([]);
    });

    test('nothing that somebody has changed since', async () => {
      const changed = { ...SECURE, BlockPublicAcls: false };
      await expect(undo(OPEN, { PublicAccessBlockConfiguration: changed })).rejects.toMatchObject({
        name: 'ChangedError',
      });
    });
  });
});
