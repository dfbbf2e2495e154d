/**
 * Regions that an account has to enable, in which GuardDuty's service principal bears the Region's name. A literal, because the
 * facts of CDK take long to load; a test holds them against those.
 *
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html
 */
export const OPT_IN_REGIONS: readonly string[] = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'me-west-1',
  'mx-central-1',
];

/** Name under which GuardDuty writes from a Region. */
export function guardDutyPrincipal(region: string): string {
  return OPT_IN_REGIONS.includes(region) ? `guardduty.${region}.amazonaws.com` : 'guardduty.amazonaws.com';
}
