import { isObject, listOf } from '../compare';
import { type Ask, objectOf, type Reader, tagsOf } from './reader';

export const protection: Reader = async ({ physicalId }, ask) => {
  const answer = await call(ask, 'DescribeProtection', { ProtectionId: lastOf(physicalId) });
  const found = objectOf(answer['Protection']);
  return {
    ApplicationLayerAutomaticResponseConfiguration: found['ApplicationLayerAutomaticResponseConfiguration'],
    HealthCheckArns: listOf(found['HealthCheckIds']).map((id) => `arn:aws:route53:::healthcheck/${id}`),
    Name: found['Name'],
    ResourceArn: found['ResourceArn'],
    Tags: await tagsOfArn(ask, physicalId),
  };
};

export const protectionGroup: Reader = async ({ physicalId }, ask) => {
  const answer = await call(ask, 'DescribeProtectionGroup', { ProtectionGroupId: lastOf(physicalId) });
  const { Aggregation, Members, Pattern, ProtectionGroupId, ResourceType } = objectOf(answer['ProtectionGroup']);
  const tags = await tagsOfArn(ask, physicalId);
  return { Aggregation, Members, Pattern, ProtectionGroupId, ResourceType, Tags: tags };
};

export const drtAccess: Reader = async (_resource, ask) => {
  const { LogBucketList, RoleArn } = await call(ask, 'DescribeDRTAccess', {});
  return { LogBucketList, RoleArn };
};

export const proactiveEngagement: Reader = async (_resource, ask) => {
  const [contacts, subscription] = await Promise.all([
    call(ask, 'DescribeEmergencyContactSettings', {}),
    call(ask, 'DescribeSubscription', {}),
  ]);
  return {
    EmergencyContactList: contacts['EmergencyContactList'],
    ProactiveEngagementStatus: objectOf(subscription['Subscription'])['ProactiveEngagementStatus'],
  };
};

function call(ask: Ask, operation: string, input: object) {
  return ask.json('shield', `AWSShield_20160616.${operation}`, input);
}

async function tagsOfArn(ask: Ask, ResourceARN: string) {
  return tagsOf(listOf((await call(ask, 'ListTagsForResource', { ResourceARN }))['Tags']).filter(isObject));
}

function lastOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
