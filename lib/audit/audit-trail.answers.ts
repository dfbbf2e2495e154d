import { defineAnswers, exactly, SET } from '../controls/evidence';

const TRAIL = 'AWS::CloudTrail::Trail';
const OBJECT_EVENTS = {
  AdvancedEventSelectors: [
    {
      FieldSelectors: exactly(
        { Field: 'eventCategory', Equals: exactly('Data') },
        { Field: 'resources.type', Equals: exactly('AWS::S3::Object') },
        { Field: 'resources.ARN', NotStartsWith: SET },
      ),
    },
  ],
};

export const answers = defineAnswers(
  'AuditTrail',
  {
    controls: ['CloudTrail.1'],
    techniques: ['AM26'],
    says: 'One trail records the management events of every Region, reads and writes.',
    type: TRAIL,
    properties: {
      IsLogging: true,
      IsMultiRegionTrail: true,
      IncludeGlobalServiceEvents: true,
      AdvancedEventSelectors: [{ FieldSelectors: exactly({ Field: 'eventCategory', Equals: exactly('Management') }) }],
    },
  },
  {
    controls: ['CloudTrail.2'],
    says: 'The files of the trail are encrypted with the key of the archive.',
    type: TRAIL,
    properties: { KMSKeyId: SET },
  },
  {
    controls: ['CloudTrail.4'],
    says: 'Digests prove that no file was changed or removed.',
    type: TRAIL,
    properties: { EnableLogFileValidation: true },
  },
  {
    controls: ['CloudTrail.5'],
    says: 'The events also go to a log group, where they can be searched within minutes.',
    type: TRAIL,
    properties: { CloudWatchLogsLogGroupArn: SET, CloudWatchLogsRoleArn: SET },
  },
  {
    controls: ['S3.22', 'S3.23'],
    says: 'Reads and writes of objects in all buckets but those of the archive are recorded, unless `s3DataEvents` says less.',
    type: TRAIL,
    properties: OBJECT_EVENTS,
  },
  {
    controls: ['CloudWatch.16'],
    ownOnly: true,
    says: 'The log group of the trail keeps a year and is encrypted.',
    type: 'AWS::Logs::LogGroup',
    properties: { RetentionInDays: 365, KmsKeyId: SET },
  },
);
