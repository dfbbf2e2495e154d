import { isObject, listOf } from '../compare';
import { type Reader, tagsOf } from './reader';

export const secret: Reader = async ({ physicalId: SecretId }, ask) => {
  const { Description, KmsKeyId, Name, Tags } = await ask.json('secretsmanager', 'secretsmanager.DescribeSecret', {
    SecretId,
  });
  return { Description, KmsKeyId, Name, Tags: tagsOf(listOf(Tags).filter(isObject)) };
};
