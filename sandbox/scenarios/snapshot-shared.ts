import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DescribeAvailabilityZonesCommand,
  DescribeSnapshotAttributeCommand,
  EC2Client,
  ModifySnapshotAttributeCommand,
  waitUntilSnapshotCompleted,
} from '@aws-sdk/client-ec2';
import type { Scenario, Target } from './scenario';

interface SnapshotTarget extends Target {
  readonly snapshotId: string;
  readonly volumeId: string;
}

/** Must survive the repair: a share with one account. */
const PARTNER = '111122223333';

export const snapshotShared: Scenario<SnapshotTarget> = {
  id: 'snapshot-shared',
  title: 'A snapshot is shared with everybody',
  operation: 'ModifySnapshotAttribute',
  remediation: 'ec2-snapshot-public',

  async prepare({ client, region, partition }) {
    const ec2 = client(EC2Client);
    const { AvailabilityZones: zones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
    const { VolumeId: volumeId = '' } = await ec2.send(
      // What is encrypted with AWS's key cannot be shared, and encryption may be the default.
      new CreateVolumeCommand({ AvailabilityZone: zones[0]?.ZoneName, Size: 1, Encrypted: false }),
    );
    const { SnapshotId: snapshotId = '' } = await ec2.send(
      new CreateSnapshotCommand({ VolumeId: volumeId, Description: 'Made for a drill' }),
    );
    await waitUntilSnapshotCompleted({ client: ec2, maxWaitTime: 300 }, { SnapshotIds: [snapshotId] });
    await ec2.send(share(snapshotId, { UserIds: [PARTNER] }));
    return { snapshotId, volumeId, name: snapshotId, arn: `arn:${partition}:ec2:${region}::snapshot/${snapshotId}` };
  },

  async attack({ client }, { snapshotId }) {
    await client(EC2Client).send(share(snapshotId, { GroupNames: ['all'] }));
  },

  async verify({ client }, { snapshotId }) {
    const { CreateVolumePermissions: shares = [] } = await client(EC2Client).send(
      new DescribeSnapshotAttributeCommand({ SnapshotId: snapshotId, Attribute: 'createVolumePermission' }),
    );
    const names = shares.map(({ Group: group, UserId: user }) => group ?? user ?? '?');
    const secure = names.length === 1 && names[0] === PARTNER;
    return { secure, evidence: `DescribeSnapshotAttribute: shared with ${names.join(', ') || 'nobody'}` };
  },

  async clean({ client }, { snapshotId, volumeId }) {
    await client(EC2Client).send(new DeleteSnapshotCommand({ SnapshotId: snapshotId }));
    await client(EC2Client).send(new DeleteVolumeCommand({ VolumeId: volumeId }));
  },
};

function share(SnapshotId: string, whom: { readonly UserIds?: string[]; readonly GroupNames?: string[] }) {
  return new ModifySnapshotAttributeCommand({
    SnapshotId,
    Attribute: 'createVolumePermission',
    OperationType: 'add',
    ...whom,
  });
}
