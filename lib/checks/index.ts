export * from './baseline-checks';
