import { DescribePublishingDestinationCommand, GetDetectorCommand, GuardDutyClient } from '@aws-sdk/client-guardduty';
import { isObject, listOf } from '../compare';
import { type Reader, tagsOfMap } from './reader';

export const detector: Reader = async ({ physicalId: DetectorId, properties }, ask) => {
  const found = await ask.client(GuardDutyClient).send(new GetDetectorCommand({ DetectorId }));
  return {
    Enable: found.Status === 'ENABLED',
    // A detector has every feature, whatever was asked for; only those that the template names are its own.
    Features: askedFor(properties['Features'], found.Features).map(([asked, feature]) => ({
      Name: feature.Name,
      Status: feature.Status,
      AdditionalConfiguration: askedFor(asked['AdditionalConfiguration'], feature.AdditionalConfiguration).map(
        ([, { Name, Status }]) => ({ Name, Status }),
      ),
    })),
    FindingPublishingFrequency: found.FindingPublishingFrequency,
    Tags: tagsOfMap(found.Tags),
  };
};

/** What was asked for, each with what was found under its name. */
function askedFor<T extends { readonly Name?: string | undefined }>(asked: unknown, found: readonly T[] = []) {
  return listOf(asked)
    .filter(isObject)
    .flatMap((each) => found.filter(({ Name }) => Name === each['Name']).map((one) => [each, one] as const));
}

export const publishingDestination: Reader = async ({ physicalId }, ask) => {
  const [DetectorId, DestinationId] = physicalId.split('|', 2);
  const found = await ask
    .client(GuardDutyClient)
    .send(new DescribePublishingDestinationCommand({ DetectorId, DestinationId }));
  return {
    DetectorId,
    DestinationType: found.DestinationType,
    DestinationProperties: found.DestinationProperties,
    Tags: tagsOfMap(found.Tags),
  };
};
