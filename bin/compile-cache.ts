import * as nodeModule from 'node:module';

/**
 * Lets Node keep what it compiled of the CDK for the next synthesis: a tenth of the app's time, a fifth with the packs (Node 24).
 * Node 20 has no such cache. It comes before anything is loaded, hence a file of its own.
 */
(nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();
