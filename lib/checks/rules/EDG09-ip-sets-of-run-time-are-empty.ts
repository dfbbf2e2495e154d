import { IP_SET_TAG } from '../../controls/edge';
import { listOf } from '../../private/template-values';
import { IP_SET, isWrittenAtRunTime } from '../ip-sets';
import { not, type Rule, some, unless } from '../rule';
import { isAbsent, isOpaque } from '../values';

export const rule: Rule = {
  id: 'EDG09',
  title: 'IP sets that are written at run time hold no addresses in the template',
  severity: 'ERROR',
  resourceTypes: [IP_SET],
  controls: ['BW.22'],
  rationale:
    'Whenever anything of the set changes, CloudFormation writes the list of the template over what a response put there. With addresses in it, a deployment turns a switch on, or blocks again who was set free.',
  whenNotToUse: `A list that people keep in the template. Give its set another value of the tag ${IP_SET_TAG}, or none.`,
  check(set, context) {
    const { Addresses: addresses } = set.properties;
    const isEmpty = isAbsent(addresses) || (isOpaque(addresses) ? undefined : listOf(addresses).length === 0);
    return unless(some([not(isWrittenAtRunTime(set, context)), isEmpty]), {
      subject: 'addresses',
      message: 'Addresses must be empty: CloudFormation would write them over those of run time.',
      property: 'Addresses',
    });
  },
};
