export * from './contacts.js'
export * from './follows.js'
