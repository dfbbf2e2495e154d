import { isObject, listOf } from './compare';
import type { ReadableSandbox } from './readback';

/** A web ACL as a listing names it. */
export interface WebAcl {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
}

export type WebAclScope = 'REGIONAL' | 'CLOUDFRONT';

/** What an attacker does to the web ACLs of a Region, as the operator and by real calls; drills take their attacks from here. */
export class WebAcls {
  public constructor(
    private readonly sandbox: Pick<ReadableSandbox, 'call'>,
    private readonly region: string,
    private readonly scope: WebAclScope = 'REGIONAL',
  ) {}

  public async list(): Promise<readonly WebAcl[]> {
    const answer = await this.call('ListWebACLs', { Scope: this.scope });
    return listOf(answer['WebACLs'])
      .filter(isObject)
      .map(({ Name, Id, ARN }) => ({ name: String(Name), id: String(Id), arn: String(ARN) }));
  }

  /** The load balancers behind a web ACL. */
  public async protectedBy({ arn }: WebAcl): Promise<readonly string[]> {
    return listOf((await this.call('ListResourcesForWebACL', { WebACLArn: arn }))['ResourceArns']).map(String);
  }

  /** Takes a web ACL off everything that it protects; returns what that was. */
  public async dissociate(acl: WebAcl): Promise<readonly string[]> {
    const resources = await this.protectedBy(acl);
    for (const ResourceArn of resources) await this.call('DisassociateWebACL', { ResourceArn });
    return resources;
  }

  public async stopLogging({ arn }: WebAcl): Promise<void> {
    await this.call('DeleteLoggingConfiguration', { ResourceArn: arn });
  }

  /** Takes it off everything, and deletes it. */
  public async remove(acl: WebAcl): Promise<void> {
    await this.dissociate(acl);
    const named = { Name: acl.name, Id: acl.id, Scope: this.scope };
    const { LockToken } = await this.call('GetWebACL', named);
    await this.call('DeleteWebACL', { ...named, LockToken });
  }

  private call(operation: string, input: object): Promise<Record<string, unknown>> {
    return this.sandbox.call(this.region, 'wafv2', `AWSWAF_20190729.${operation}`, input);
  }
}
