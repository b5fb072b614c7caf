export * from './client';
export * from './paging';
export * from './problem';
export type * from './shapes';
