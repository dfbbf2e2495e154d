import { isObject, listOf } from '../compare';
import { present } from './once';
import { objectOf, type Reader, tagsOf } from './reader';

/** Route 53 ends every name with a dot, templates mostly do not. */
function nameOf(found: unknown, asked: unknown): unknown {
  return String(asked).endsWith('.') ? found : String(found).replace(/\.$/, '');
}

export const hostedZone: Reader = async ({ physicalId: id, properties }, ask) => {
  const [answer, tags] = await Promise.all([
    ask.xml('route53', `/2013-04-01/hostedzone/${id}`),
    ask.xml('route53', `/2013-04-01/tags/hostedzone/${id}`),
  ]);
  const zone = objectOf(answer['HostedZone']);
  const ofResource = objectOf(objectOf(tags['ResourceTagSet'])['Tags'])['Tag'];
  return {
    HostedZoneConfig: { Comment: objectOf(zone['Config'])['Comment'] },
    HostedZoneTags: tagsOf(listOf(ofResource).filter(isObject)),
    Name: nameOf(zone['Name'], properties['Name']),
    VPCs: listOf(objectOf(answer['VPCs'])['VPC']),
  };
};

export const recordSet: Reader = async ({ properties }, ask) => {
  const [zone, name, type] = ['HostedZoneId', 'Name', 'Type'].map((each) => String(properties[each]));
  const query = new URLSearchParams({ name: name ?? '', type: type ?? '', maxitems: '20' });
  const answer = await ask.xml('route53', `/2013-04-01/hostedzone/${zone}/rrset?${query}`);
  const records = listOf(objectOf(answer['ResourceRecordSets'])['ResourceRecordSet']).filter(isObject);
  const found = present(
    records.find(
      (each) =>
        nameOf(each['Name'], name) === name &&
        each['Type'] === type &&
        each['SetIdentifier'] === properties['SetIdentifier'],
    ),
    `record ${type} ${name} in ${zone}`,
  );
  const alias = found['AliasTarget'];
  const asked = objectOf(properties['AliasTarget']);
  return {
    AliasTarget: isObject(alias) ? { ...alias, DNSName: nameOf(alias['DNSName'], asked['DNSName']) } : undefined,
    HostedZoneId: zone,
    Name: nameOf(found['Name'], name),
    ResourceRecords: isObject(alias)
      ? undefined
      : listOf(objectOf(found['ResourceRecords'])['ResourceRecord']).map((each) => objectOf(each)['Value']),
    SetIdentifier: found['SetIdentifier'],
    TTL: isObject(alias) ? undefined : found['TTL'],
    Type: found['Type'],
    Weight: found['Weight'],
  };
};
