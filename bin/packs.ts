import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag/lib/packs/aws-solutions'; // the package's entry would load every stock pack
import { checks } from '../lib';

/** Holds the app to AWS's own rules and to ours. Stands apart because cdk-nag takes a fifth of a second to load. */
export function addPacks(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }), new checks.BaselineChecks(app));
}
