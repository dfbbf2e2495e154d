import { answering, awsError, findingOf, signalOf } from '../../../test/support/remediation';
import { locatedBy } from '../../runtime/match';
import { create } from './remediation';
import { spec } from './spec';

const remediator = create();
const place = { account: '123456789012', region: 'eu-central-1', partition: 'aws' };
const resource = { names: { snapshot: 'snap-0123456789abcdef0' } };
const PUBLIC = { before: { groups: ['all'] }, after: { groups: [] } };

describe('ec2-snapshot-public', () => {
  test.each(['match-shared-with-all', 'match-shared-with-account'])('finds the snapshot in %s', (name) => {
    expect(remediator.locate(signalOf(spec.id, name))).toEqual([resource]);
  });

  test('miss-malformed-snapshot names none', () => {
    expect(remediator.locate(signalOf(spec.id, 'miss-malformed-snapshot'))).toEqual([]);
  });

  test.each(['match-security-hub-account', 'match-config-account'])(
    '%s speaks of the account, so that its snapshots are listed',
    (name) => {
      expect(locatedBy(spec, remediator, findingOf(spec.id, name))).toBeUndefined();
    },
  );

  test.each(['snap-0123456789abcdef0', 'arn:aws:ec2:eu-central-1::snapshot/snap-0123456789abcdef0'])(
    'a finding that names %s is about that one',
    (id) => {
      const finding = findingOf(spec.id, 'match-security-hub-account');
      const resources = [{ type: 'AwsEc2Snapshot', id }, ...finding.resources];
      expect(remediator.locateFinding?.({ ...finding, resources })).toEqual([resource]);
    },
  );

  test('a sweep lists what everyone can restore, page by page', async () => {
    const { client, sent } = answering({
      DescribeSnapshots: { Snapshots: [{ SnapshotId: 'snap-0123456789abcdef0' }, {}], NextToken: 'more' },
    });
    expect(await remediator.list(client, place, 'token')).toEqual({ resources: [resource], next: 'more' });
    expect(sent).toEqual([
      {
        operation: 'DescribeSnapshots',
        input: { OwnerIds: ['self'], RestorableByUserIds: ['all'], MaxResults: 200, NextToken: 'token' },
      },
    ]);
  });

  test('the last page has no next', async () => {
    const { client } = answering({ DescribeSnapshots: {} });
    expect(await remediator.list(client, place)).toEqual({ resources: [] });
  });

  test.each([
    ['everyone', [{ Group: 'all' }], { compliant: false, drift: PUBLIC }],
    ['everyone and an account', [{ Group: 'all' }, { UserId: '210987654321' }], { compliant: false, drift: PUBLIC }],
    ['an account', [{ UserId: '210987654321' }], { compliant: true }],
    ['nobody', [], { compliant: true }],
  ])('shared with %s', async (_, CreateVolumePermissions, verdict) => {
    const { client } = answering({ DescribeSnapshotAttribute: { CreateVolumePermissions } });
    expect(await remediator.inspect(resource, client)).toEqual(verdict);
  });

  test('leaves a snapshot alone that is gone', async () => {
    const { client } = answering({ DescribeSnapshotAttribute: awsError('InvalidSnapshot.NotFound') });
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: true, reason: 'the snapshot is gone' });
  });

  test('lets any other error through', async () => {
    const { client } = answering({ DescribeSnapshotAttribute: awsError('UnauthorizedOperation') });
    await expect(remediator.inspect(resource, client)).rejects.toThrow('UnauthorizedOperation');
  });

  const modified = (CreateVolumePermission: object) => [
    {
      operation: 'ModifySnapshotAttribute',
      input: {
        SnapshotId: 'snap-0123456789abcdef0',
        Attribute: 'createVolumePermission',
        CreateVolumePermission,
      },
    },
  ];

  test('takes everyone out and nobody else', async () => {
    const { client, sent } = answering({ ModifySnapshotAttribute: {} });
    await remediator.apply(resource, PUBLIC, client);
    expect(sent).toEqual(modified({ Remove: [{ Group: 'all' }] }));
  });

  test('taking back lets everyone in again', async () => {
    const { client, sent } = answering({ ModifySnapshotAttribute: {} });
    await remediator.undo?.(resource, PUBLIC, { read: answering({}).client, write: client });
    expect(sent).toEqual(modified({ Add: [{ Group: 'all' }] }));
  });
});
