import { isObject, listOf } from '../compare';
import { type Ask, type Deployed, objectOf, type Reader, tagsOf } from './reader';

const API = 'AWSWAF_20190729';

/** How the name of the rule begins that Shield Advanced adds; CloudFormation does not show it either. */
const SHIELD_PREFIX = 'ShieldMitigationRuleGroup';

export const webAcl: Reader = async (resource, ask) => {
  const { found, tags } = await item(resource, ask, 'GetWebACL', 'WebACL');
  const rules = listOf(found['Rules']).filter(
    (rule) => !(isObject(rule) && String(rule['Name']).startsWith(SHIELD_PREFIX)),
  );
  const same = [
    ...['ApplicationConfig', 'AssociationConfig', 'CaptchaConfig', 'ChallengeConfig', 'CustomResponseBodies'],
    ...['DataProtectionConfig', 'DefaultAction', 'Description', 'Name', 'OnSourceDDoSProtectionConfig', 'TokenDomains'],
    'VisibilityConfig',
  ];
  return { ...pick(found, same), Rules: asTemplate(rules), Scope: scopeOf(found), Tags: tags };
};

export const ruleGroup: Reader = async (resource, ask) => {
  const { found, tags } = await item(resource, ask, 'GetRuleGroup', 'RuleGroup');
  const same = ['Capacity', 'CustomResponseBodies', 'Description', 'Name', 'VisibilityConfig'];
  return { ...pick(found, same), Rules: asTemplate(found['Rules']), Scope: scopeOf(found), Tags: tags };
};

export const ipSet: Reader = async (resource, ask) => {
  const { found, tags } = await item(resource, ask, 'GetIPSet', 'IPSet');
  return {
    ...pick(found, ['Description', 'IPAddressVersion', 'Name']),
    Addresses: listOf(found['Addresses']).map((address) => shortest(String(address))),
    Scope: scopeOf(found),
    Tags: tags,
  };
};

export const regexPatternSet: Reader = async (resource, ask) => {
  const { found, tags } = await item(resource, ask, 'GetRegexPatternSet', 'RegexPatternSet');
  return {
    ...pick(found, ['Description', 'Name']),
    RegularExpressionList: listOf(found['RegularExpressionList']).map((each) => isObject(each) && each['RegexString']),
    Scope: scopeOf(found),
    Tags: tags,
  };
};

export const loggingConfiguration: Reader = async ({ physicalId }, ask) => {
  const answer = await ask.json('wafv2', `${API}.GetLoggingConfiguration`, { ResourceArn: physicalId });
  const found = objectOf(answer['LoggingConfiguration']);
  return pick(found, ['ResourceArn', 'LogDestinationConfigs', 'RedactedFields', 'LoggingFilter']);
};

export const webAclAssociation: Reader = async ({ properties: { ResourceArn } }, ask) => {
  const answer = await ask.json('wafv2', `${API}.GetWebACLForResource`, { ResourceArn });
  const arn = objectOf(answer['WebACL'])['ARN'];
  return { ResourceArn: arn === undefined ? undefined : ResourceArn, WebACLArn: arn };
};

async function item({ physicalId }: Deployed, ask: Ask, operation: string, member: string) {
  const [Name, Id, Scope] = physicalId.split('|');
  const found = objectOf((await ask.json('wafv2', `${API}.${operation}`, { Name, Id, Scope }))[member]);
  const tags = await ask.json('wafv2', `${API}.ListTagsForResource`, { ResourceARN: found['ARN'] });
  const list = objectOf(tags['TagInfoForResource'])['TagList'];
  return { found, tags: tagsOf(listOf(list).filter(isObject)) };
}

function scopeOf(found: Readonly<Record<string, unknown>>): string {
  return String(found['ARN']).includes(':global/') ? 'CLOUDFRONT' : 'REGIONAL';
}

/** The API's form of rules in the template's: ARNs have another name, and a text to search for has two forms. */
function asTemplate(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTemplate);
  if (!isObject(value)) return value;
  const found = Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name === 'ARN' ? 'Arn' : name, asTemplate(inner)]),
  );
  const encoded = found['SearchString'];
  if (typeof encoded !== 'string') return found;
  return { ...found, SearchString: Buffer.from(encoded, 'base64').toString(), SearchStringBase64: encoded };
}

/** An IPv6 range as RFC 5952 has it; the service writes it out. */
function shortest(address: string): string {
  const [network = '', prefix] = address.split('/');
  return network.includes(':') ? `${new URL(`http://[${network}]`).hostname.slice(1, -1)}/${prefix}` : address;
}

function pick(found: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, found[name]]));
}
