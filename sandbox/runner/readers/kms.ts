import { isObject, listOf, parsed } from '../compare';
import type { Reader } from './reader';

export const key: Reader = async ({ physicalId: KeyId }, ask) => {
  const [description, rotation, policy] = await Promise.all([
    ask.json('kms', 'TrentService.DescribeKey', { KeyId }),
    ask.json('kms', 'TrentService.GetKeyRotationStatus', { KeyId }),
    ask.json('kms', 'TrentService.GetKeyPolicy', { KeyId, PolicyName: 'default' }),
  ]);
  const found = isObject(description['KeyMetadata']) ? description['KeyMetadata'] : {};
  return {
    Description: found['Description'],
    Enabled: found['Enabled'],
    EnableKeyRotation: rotation['KeyRotationEnabled'],
    RotationPeriodInDays: rotation['RotationPeriodInDays'],
    KeyPolicy: parsed(policy['Policy']),
    KeySpec: found['KeySpec'],
    KeyUsage: found['KeyUsage'],
    MultiRegion: found['MultiRegion'],
  };
};

export const alias: Reader = async ({ physicalId }, ask) => {
  const answer = await ask.json('kms', 'TrentService.ListAliases', {});
  const found = listOf(answer['Aliases'])
    .filter(isObject)
    .find((each) => each['AliasName'] === physicalId);
  return { AliasName: found?.['AliasName'] };
};
