import {
  type CreateVolumePermissionModifications,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import { isAwsError } from '../../runtime/errors';
import { textAt } from '../../runtime/foreign';
import { compliant, drift, type Located, type Remediator } from '../../runtime/remediation';
import type { Client } from '../../runtime/sessions';

/** Groups that may restore the snapshot. `all`, which is everyone, is the only one there is. */
interface Sharing {
  readonly groups: readonly string[];
}

const EVERYONE = 'all';

const SNAPSHOT_ID = /^snap-[0-9a-f]{8,17}$/;

/** Snapshots of one page of a sweep. */
const PAGE = 200;

/** Takes everyone out of those who may restore a snapshot. Accounts it is shared with by name keep it. */
export function create(): Remediator<Sharing> {
  return {
    locate: (signal) => snapshotIn(textAt(signal.record, 'requestParameters.snapshotId')),

    // Security Hub and Config judge the account as a whole: then its public snapshots are listed.
    locateFinding: ({ resources }) => {
      const named = resources.flatMap(({ id }) => snapshotIn(id.split('/').at(-1)));
      return named.length > 0 ? named : undefined;
    },

    // Only what is public: an account may hold a hundred thousand snapshots.
    list: async (read, _place, next) => {
      const { Snapshots = [], NextToken } = await read(EC2Client).send(
        new DescribeSnapshotsCommand({
          OwnerIds: ['self'],
          RestorableByUserIds: [EVERYONE],
          MaxResults: PAGE,
          ...(next !== undefined && { NextToken: next }),
        }),
      );
      const resources = Snapshots.flatMap(({ SnapshotId }) => snapshotIn(SnapshotId));
      return { resources, ...(NextToken && { next: NextToken }) };
    },

    inspect: async (resource, read) => {
      try {
        const { CreateVolumePermissions = [] } = await read(EC2Client).send(
          new DescribeSnapshotAttributeCommand({
            SnapshotId: resource.names.snapshot,
            Attribute: 'createVolumePermission',
          }),
        );
        const isPublic = CreateVolumePermissions.some(({ Group }) => Group === EVERYONE);
        return isPublic ? drift<Sharing>({ groups: [EVERYONE] }, { groups: [] }) : compliant();
      } catch (error) {
        if (isAwsError(error, ['InvalidSnapshot.NotFound'])) return compliant('the snapshot is gone');
        throw error;
      }
    },

    apply: (resource, _drift, write) => modify(resource, { Remove: [{ Group: EVERYONE }] }, write),

    undo: (resource, _change, { write }) => modify(resource, { Add: [{ Group: EVERYONE }] }, write),
  };
}

function snapshotIn(id: string | undefined): Located[] {
  return id !== undefined && SNAPSHOT_ID.test(id) ? [{ names: { snapshot: id } }] : [];
}

/**
 * Adding who is there, or removing who is not, changes nothing, so both may be repeated. In this form, rather than the older
 * one of operation and group names, the request reads as the condition keys of the roles: `ec2:Add/group`.
 */
async function modify(
  { names }: Located,
  CreateVolumePermission: CreateVolumePermissionModifications,
  write: Client,
): Promise<void> {
  await write(EC2Client).send(
    new ModifySnapshotAttributeCommand({
      SnapshotId: names.snapshot,
      Attribute: 'createVolumePermission',
      CreateVolumePermission,
    }),
  );
}
