export * from './feed-requests.js'
export * from './wanted-feeds.js'
