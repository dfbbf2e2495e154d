export * from './acknowledgements';
export * from './baseline-checks';
