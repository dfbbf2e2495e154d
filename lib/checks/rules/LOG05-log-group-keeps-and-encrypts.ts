import { hasCustomerKey } from '../encryption';
import { isSecurityLog } from '../log-delivery';
import { type Rule, unless } from '../rule';
import { isNumber } from '../values';

/** Shortest retention of what tells about an attack: PCI DSS 10.5.1 asks for twelve months. */
const SECURITY_DAYS = 365;

export const rule: Rule = {
  id: 'LOG05',
  title:
    'Log group states how long it keeps events, a year at least those of trails, networks, firewalls, APIs, EKS and responses, under a customer key',
  severity: 'ERROR',
  resourceTypes: ['AWS::Logs::LogGroup'],
  controls: ['CloudWatch.16'],
  rationale:
    'What is kept for ever is paid for ever and leaks one day; what goes after a month is gone when the break-in is found. A key of your own decides a second time who may read.',
  whenNotToUse:
    'A group that tells nothing which matters, such as that of a build. Acknowledge the finding of the key for that group; how long it is kept can always be said. CloudWatch.16 asks a year of every group; this rule asks it of those whose writer tells about attacks.',
  check(group, context) {
    const days = isSecurityLog(group, context) ? SECURITY_DAYS : 1;
    return [
      // Groups of this class keep everything for two days, and take no other number.
      ...(group.properties.LogGroupClass === 'DELIVERY'
        ? []
        : unless(
            isNumber(group.properties.RetentionInDays, context, (given) => given >= days),
            {
              subject: 'retention',
              message:
                days === SECURITY_DAYS
                  ? `RetentionInDays must be at least ${SECURITY_DAYS}: what this group takes is needed after an incident.`
                  : 'RetentionInDays must be stated.',
              property: 'RetentionInDays',
            },
          )),
      ...unless(hasCustomerKey(group, context), {
        subject: 'KMS',
        message: 'KmsKeyId must name a customer key.',
        property: 'KmsKeyId',
      }),
    ];
  },
};
