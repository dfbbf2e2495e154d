import { answering, awsError, findingOf, signalOf } from '../../../test/support/remediation';
import { locatedBy } from '../../runtime/match';
import { create } from './remediation';
import { spec } from './spec';

const remediator = create();
const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab';
const MULTI_REGION_KEY = 'mrk-1234abcd12ab34cd56ef1234567890ab';
const place = { account: '123456789012', region: 'eu-central-1', partition: 'aws' };
const resource = { names: { key: KEY, ...place } };
const METADATA = {
  KeyId: KEY,
  KeyManager: 'CUSTOMER',
  KeySpec: 'SYMMETRIC_DEFAULT',
  KeyState: 'Enabled',
  Origin: 'AWS_KMS',
  MultiRegion: false,
};

function key(metadata: object, status: object = { KeyRotationEnabled: false }) {
  return answering({ DescribeKey: { KeyMetadata: { ...METADATA, ...metadata } }, GetKeyRotationStatus: status });
}

describe('kms-key-rotation', () => {
  test.each([
    ['match-by-id', KEY],
    ['match-by-arn', KEY],
    ['match-multi-region', MULTI_REGION_KEY],
  ])('finds the key in %s', (name, found) => {
    expect(remediator.locate(signalOf(spec.id, name))).toEqual([{ names: { key: found } }]);
  });

  test('an alias is no key', () => {
    expect(remediator.locate(signalOf(spec.id, 'miss-alias'))).toEqual([]);
  });

  test.each(['match-security-hub', 'match-ocsf', 'match-config'])('finds the key in %s', (name) => {
    expect(locatedBy(spec, remediator, findingOf(spec.id, name))).toEqual([{ names: { key: KEY } }]);
  });

  test('lists keys page by page', async () => {
    const { client, sent } = answering({
      ListKeys: { Keys: [{ KeyId: KEY }, { KeyId: MULTI_REGION_KEY }], Truncated: true, NextMarker: 'more' },
    });
    expect(await remediator.list(client, place, 'from-here')).toEqual({
      resources: [{ names: { key: KEY } }, { names: { key: MULTI_REGION_KEY } }],
      next: 'more',
    });
    expect(sent).toEqual([{ operation: 'ListKeys', input: { Limit: 200, Marker: 'from-here' } }]);
    expect(await remediator.list(answering({ ListKeys: { Keys: [] } }).client, place)).toEqual({ resources: [] });
  });

  test('calls a rotated key compliant', async () => {
    const { client } = key({}, { KeyRotationEnabled: true, RotationPeriodInDays: 365 });
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: true });
  });

  test.each([
    ['of one Region', {}],
    ['that is the primary one of several Regions', { MultiRegionConfiguration: { MultiRegionKeyType: 'PRIMARY' } }],
  ])('a key %s that is not rotated is drift', async (_, metadata) => {
    expect(await remediator.inspect(resource, key(metadata).client)).toEqual({
      compliant: false,
      drift: { before: { KeyRotationEnabled: false }, after: { KeyRotationEnabled: true } },
    });
  });

  test('keeps the period that the key had', async () => {
    const { client } = key({}, { KeyRotationEnabled: false, RotationPeriodInDays: 90 });
    expect(await remediator.inspect(resource, client)).toEqual({
      compliant: false,
      drift: {
        before: { KeyRotationEnabled: false, RotationPeriodInDays: 90 },
        after: { KeyRotationEnabled: true, RotationPeriodInDays: 90 },
      },
    });
  });

  test.each([
    [{ KeyManager: 'AWS' }, 'AWS manages the key and rotates it'],
    [{ KeySpec: 'RSA_4096' }, 'KMS does not rotate keys of the kind RSA_4096'],
    [{ KeySpec: 'HMAC_256' }, 'KMS does not rotate keys of the kind HMAC_256'],
    [{ Origin: 'EXTERNAL' }, 'KMS does not rotate imported key material'],
    [{ Origin: 'AWS_CLOUDHSM', CustomKeyStoreId: 'cks-1' }, 'KMS does not rotate keys of a custom key store'],
    [{ Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId: 'cks-1' }, 'KMS does not rotate keys of a custom key store'],
    [
      { MultiRegionConfiguration: { MultiRegionKeyType: 'REPLICA' } },
      'the rotation of a replica follows its primary key',
    ],
    [{ KeyState: 'Disabled' }, 'the key is not enabled (Disabled)'],
    [{ KeyState: 'PendingDeletion' }, 'the key is not enabled (PendingDeletion)'],
    [{ KeyState: 'PendingImport', Origin: 'EXTERNAL' }, 'KMS does not rotate imported key material'],
  ])('%j cannot be rotated', async (metadata, reason) => {
    const { client, sent } = key(metadata);
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: true, reason });
    expect(sent.map(({ operation }) => operation)).toEqual(['DescribeKey']);
  });

  test('has nothing to do where the key is gone', async () => {
    const { client } = answering({ DescribeKey: awsError('NotFoundException') });
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: true, reason: 'the key is gone' });
  });

  test('lets any other error through', async () => {
    const { client } = answering({ DescribeKey: awsError('AccessDeniedException') });
    await expect(remediator.inspect(resource, client)).rejects.toThrow('AccessDeniedException');
  });

  test.each([
    [{ KeyRotationEnabled: true }, { KeyId: KEY }],
    [
      { KeyRotationEnabled: true, RotationPeriodInDays: 90 },
      { KeyId: KEY, RotationPeriodInDays: 90 },
    ],
  ])('turns it on: %j', async (after, input) => {
    const { client, sent } = answering({ EnableKeyRotation: {} });
    await remediator.apply(resource, { before: { ...after, KeyRotationEnabled: false }, after }, client);
    expect(sent).toEqual([{ operation: 'EnableKeyRotation', input }]);
  });

  const change = (RotationPeriodInDays?: number) => {
    const period = RotationPeriodInDays === undefined ? {} : { RotationPeriodInDays };
    return { before: { KeyRotationEnabled: false, ...period }, after: { KeyRotationEnabled: true, ...period } };
  };

  test.each([
    ['with the period of KMS', change(), { KeyRotationEnabled: true, RotationPeriodInDays: 365 }],
    ['with the period of the key', change(90), { KeyRotationEnabled: true, RotationPeriodInDays: 90 }],
    ['where KMS tells no period', change(90), { KeyRotationEnabled: true }],
  ])('is taken back %s', async (_, made, GetKeyRotationStatus) => {
    const { client, sent } = answering({ GetKeyRotationStatus, DisableKeyRotation: {} });
    await remediator.undo?.(resource, made, { read: client, write: client });
    expect(sent).toContainEqual({ operation: 'DisableKeyRotation', input: { KeyId: KEY } });
  });

  test('is not taken back twice', async () => {
    const { client, sent } = answering({ GetKeyRotationStatus: { KeyRotationEnabled: false } });
    await remediator.undo?.(resource, change(), { read: client, write: client });
    expect(sent.map(({ operation }) => operation)).toEqual(['GetKeyRotationStatus']);
  });

  test('is not taken back where somebody has set another period since', async () => {
    const { client } = answering({ GetKeyRotationStatus: { KeyRotationEnabled: true, RotationPeriodInDays: 180 } });
    await expect(remediator.undo?.(resource, change(90), { read: client, write: client })).rejects.toMatchObject({
      name: 'ChangedError',
      message: expect.stringContaining('every 180 days, the repair set 90'),
    });
  });

  test('compares states by whether the key is rotated', () => {
    const told = { KeyRotationEnabled: false, RotationPeriodInDays: 365 };
    expect(remediator.comparable?.(told)).toEqual(remediator.comparable?.({ KeyRotationEnabled: false }));
  });
});
