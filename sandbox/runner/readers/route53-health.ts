import { isObject, listOf } from '../compare';
import { objectOf, type Reader, tagsOf } from './reader';

export const healthCheck: Reader = async ({ physicalId: id }, ask) => {
  const [check, tags] = await Promise.all([
    ask.xml('route53', `/2013-04-01/healthcheck/${id}`),
    ask.xml('route53', `/2013-04-01/tags/healthcheck/${id}`),
  ]);
  const config = objectOf(objectOf(check['HealthCheck'])['HealthCheckConfig']);
  const ofResource = objectOf(objectOf(tags['ResourceTagSet'])['Tags'])['Tag'];
  return {
    HealthCheckConfig: {
      ...config,
      ChildHealthChecks: listOf(objectOf(config['ChildHealthChecks'])['ChildHealthCheck']),
      Regions: listOf(objectOf(config['Regions'])['Region']),
    },
    HealthCheckTags: tagsOf(listOf(ofResource).filter(isObject)),
  };
};
