import type { CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Gives a resource a logical id that no refactoring changes. Needed where a resource holds data, and where it has a physical
 * name: under a new logical id CloudFormation makes the new one before it removes the old one, and fails on the name.
 *
 * @param construct a resource of CloudFormation, or a construct whose default child is one
 */
export function pin(construct: Construct, logicalId: string): void {
  ((construct.node.defaultChild ?? construct) as CfnResource).overrideLogicalId(logicalId);
}

/** A text as part of a logical id: `cloudtrail-trail-weakened` becomes `CloudtrailTrailWeakened`. */
export function inId(text: string): string {
  return text
    .split('-')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
}
